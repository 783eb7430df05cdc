import { describe, expect, test } from '@jest/globals';
import { EventSource } from '../support/event-source.ts';
import type { TestUser } from '../support/installation.ts';
import { describeOnPostgres, describeOnRedis } from '../support/real-servers.ts';
import { SHARED_REDIS, untilRedisIsUp } from '../support/shared-redis.ts';
import { aStage } from '../support/stage.ts';
import { Wire } from '../support/wire.ts';

const BURST = 20;
const SOCKETS = 3;
const BOUNDS = {
  WS_MESSAGES_PER_SECOND: '1',
  WS_MESSAGE_BURST: String(BURST),
  WS_MAX_SOCKETS_PER_USER: String(SOCKETS),
};

const CREATED = 'subscription ($after: Cursor) { customerCreated(after: $after) { customer { company } } }';
const CREATE = (company: string) =>
  `mutation { customerCreate(input: { company: "${company}", contactName: "O", email: "o@x.test" }) { userErrors { message } } }`;
const COMPANIES = 'query { customers(first: 100) { nodes { company } } }';

const TOO_MANY = {
  code: 1013,
  reason: `At most ${SOCKETS} sockets and event streams of one user (WS_MAX_SOCKETS_PER_USER)`,
};

const { installation, acme } = await aStage({ acme: {} }, BOUNDS);
const { url } = installation.app;

const anAdmin = () => installation.aUser('TENANT_ADMIN', { tenantId: acme.id });

/** Opens a socket and sends a token. Gives the code and reason if the server closes it before it sends a message. */
async function attempt({ token }: TestUser, at = url): Promise<Wire | { code: number; reason: string }> {
  const wire = await Wire.open(at);
  wire.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  const closed = wire.closed();
  return Promise.race([closed, wire.next().then(() => wire)]);
}

async function sockets(user: TestUser, count: number, at = url): Promise<Wire[]> {
  const token = user.token ?? '';
  return Promise.all(Array.from({ length: count }, () => Wire.signedIn(at, token)));
}

describe('a client that sends more messages than the limit', () => {
  const floods: Record<string, (wire: Wire, number: number) => void> = {
    operations: (wire, number) => wire.subscribe(`${number}`, CREATE(`Flood ${number}`)),
    'messages that ask for nothing': (wire) => wire.send({ type: 'pong' }),
    'pings that are no messages': (wire) => wire.ping(),
  };

  test.each(Object.entries(floods))('%s: is closed with 1008', async (_what, send) => {
    const ada = await anAdmin();
    const wire = await Wire.signedIn(url, ada.token ?? '');
    for (let number = 1; number <= 3 * BURST; number += 1) send(wire, number);
    expect(await wire.closed()).toEqual({
      code: 1008,
      reason: 'More than 1 messages a second (WS_MESSAGES_PER_SECOND, WS_MESSAGE_BURST)',
    });
  });

  test('X: no message is executed after that, and other clients receive everything', async () => {
    const [ada, bob] = [await anAdmin(), await anAdmin()];
    const flood = await Wire.signedIn(url, ada.token ?? '');
    const other = await Wire.signedIn(url, bob.token ?? '');
    other.subscribe('1', CREATED, { after: await bob.now(acme.id) });
    flood.subscribe('stream', CREATED);
    for (let number = 1; number < BURST; number += 1) flood.send({ type: 'pong' });
    for (let number = 1; number <= 30; number += 1) flood.subscribe(`${number}`, CREATE(`Beyond ${number}`));
    await flood.closed();
    await bob.ask(CREATE('Within'));

    const { customers } = await bob.ask(COMPANIES);
    expect(JSON.stringify(customers)).not.toContain('Beyond 30');
    const seen = [];
    while (seen.at(-1) !== 'Within') {
      seen.push((await other.next()).payload.data.customerCreated.customer.company);
    }
    await other.close();
  });

  test('a client that sends just a burst is answered', async () => {
    const ada = await anAdmin();
    const wire = await Wire.signedIn(url, ada.token ?? '');
    const asked = Array.from({ length: BURST - 1 }, (_, index) => String(index));
    for (const id of asked) wire.subscribe(id, '{ viewer { id } }');
    const answers = (await wire.take(2 * asked.length)).filter(({ type }) => type === 'next');
    expect(answers.map(({ id }) => id).toSorted()).toEqual(asked.toSorted());
    await wire.close();
  });
});

describe('a user with more connections than the limit', () => {
  test('one more socket is closed with 1013 before it is acknowledged, and the others continue', async () => {
    const ada = await anAdmin();
    const wires = await sockets(ada, SOCKETS);
    const refused = [await attempt(ada), await attempt(ada)];
    const after = await ada.now(acme.id);
    for (const wire of wires) wire.subscribe('1', CREATED, { after });
    await ada.ask(CREATE('Alder'));
    const seen = await Promise.all(wires.map((wire) => wire.next()));
    expect([refused, seen.map(({ type }) => type)]).toEqual([[TOO_MANY, TOO_MANY], wires.map(() => 'next')]);
    for (const wire of wires) await wire.close();
  });

  test('an event stream counts too, and is refused with 429', async () => {
    const ada = await anAdmin();
    const [first, ...wires] = await sockets(ada, SOCKETS);
    await first?.close();
    const open = () => EventSource.open(url, ada.token, { query: CREATED });
    const streams = [await open()];
    // The server may notice the closing a moment after its client.
    while (streams.at(-1)?.response.status === 429) streams.push(await open());
    const refused = await open();
    expect([refused.response.status, (await refused.next()).result]).toMatchObject([
      429,
      { errors: [{ message: `${TOO_MANY.reason}.`, extensions: { code: 'RATE_LIMITED' } }] },
    ]);
    expect(await attempt(ada)).toEqual(TOO_MANY);
    streams.at(-1)?.cut();
    for (const wire of wires) await wire.close();
  });

  test('a socket that signs in with an operation counts from then on, and a refused operation is not executed', async () => {
    const ada = await anAdmin();
    const wires = await sockets(ada, SOCKETS);
    const late = await Wire.open(url);
    late.send({ type: 'connection_init' });
    await late.next();
    const extensions = { headers: { Authorization: `Bearer ${ada.token}` } };
    late.send({ id: '1', type: 'subscribe', payload: { query: CREATE('Too late'), extensions } });
    expect(await late.closed()).toEqual(TOO_MANY);
    expect(JSON.stringify(await ada.ask(COMPANIES))).not.toContain('Too late');
    for (const wire of wires) await wire.close();
  });

  test('a new token does not count as a socket, a closed socket makes room, and each user has its own limit', async () => {
    const [ada, bob] = [await anAdmin(), await anAdmin()];
    const wires = await sockets(ada, SOCKETS);
    wires[0]?.send({ type: 'ping', payload: { authorization: `Bearer ${ada.token}` } });
    expect(await wires[0]?.next()).toMatchObject({ type: 'pong' });

    wires.push(...(await sockets(bob, SOCKETS)));
    await wires.shift()?.close();
    let next = await attempt(ada);
    while (!(next instanceof Wire)) next = await attempt(ada);
    expect(await attempt(ada)).toEqual(TOO_MANY);
    for (const wire of [next, ...wires]) await wire.close();
  });
});

describeOnPostgres('a user with connections to two nodes', () => {
  describeOnRedis('with Redis', () => {
    test('they are counted together', async () => {
      const settings = { ...BOUNDS, ...SHARED_REDIS };
      const [here, there] = [
        await installation.anotherNode(settings),
        await installation.anotherNode(settings),
      ];
      await Promise.all([here, there].map(untilRedisIsUp));
      const ada = await anAdmin();
      const wires = [...(await sockets(ada, 1, here.url)), ...(await sockets(ada, SOCKETS - 1, there.url))];
      expect([await attempt(ada, here.url), await attempt(ada, there.url)]).toEqual([TOO_MANY, TOO_MANY]);
      for (const wire of wires) await wire.close();
    });
  });

  test('while Redis is unavailable, each node counts its own connections and refuses no user below the limit', async () => {
    const settings = { ...BOUNDS, REDIS_URL: 'redis://127.0.0.1:1' };
    const [here, there] = [
      await installation.anotherNode(settings),
      await installation.anotherNode(settings),
    ];
    const ada = await anAdmin();
    const wires = [...(await sockets(ada, SOCKETS, here.url)), ...(await sockets(ada, SOCKETS, there.url))];
    expect([await attempt(ada, here.url), await attempt(ada, there.url)]).toEqual([TOO_MANY, TOO_MANY]);
    for (const wire of wires) await wire.close();
  });
});
