import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Homes, someHomes } from '../support/homes.ts';
import { Installation, type TestUser } from '../support/installation.ts';
import { mutate } from '../support/mutate.ts';
import { openedIncident, untilInbox } from '../support/notified.ts';
import { theDatabaseAt } from '../support/open-database.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import type { Person } from '../support/person.ts';
import { describeOnPostgres, describeOnRedis } from '../support/real-servers.ts';
import { SHARED_REDIS, untilRedisIsUp } from '../support/shared-redis.ts';
import type { Stream } from '../support/stream.ts';

const TYPING = `subscription ($id: ID, $customerId: ID) { typingChanged(maintenanceRequestId: $id, customerId: $customerId) {
  users { isFromStaff isInternal user { id } } } }`;
const SENT = 'subscription ($after: Cursor) { messageSent(after: $after) { message { body } } }';
const SET = 'mutation ($input: TypingSetInput!) { typingSet(input: $input) { userErrors { code message } } }';

interface Typist {
  readonly isFromStaff: boolean;
  readonly isInternal: boolean;
  readonly user: { readonly id: string } | null;
}

/** The states that a subscription to the typists of a row has brought. */
class Seen {
  readonly states: (readonly Typist[])[] = [];
  readonly stream: Stream;

  constructor(person: Person, variables: Record<string, unknown>) {
    this.stream = person.follow(TYPING, variables);
  }

  /** Reads on until that many users are writing. */
  async until(count: number): Promise<readonly Typist[]> {
    for (;;) {
      const last = this.states.at(-1);
      if (last?.length === count) return last;
      this.states.push(((await this.stream.event()) as { users: Typist[] }).users);
    }
  }
}

async function send(by: Person, input: object): Promise<string> {
  return (await mutate(by, 'messageSend', { input }, 'messageId')).messageId;
}

/** The scenario of typing: the same with the signals of one process, and with those of Redis between two nodes. */
function scenario(
  world: () => { readonly installation: Installation; readonly there: (user: TestUser) => Person },
) {
  let ada: TestUser;
  let sam: TestUser;
  let homes: Homes;
  let request: string;
  let tenantId: string;

  beforeAll(async () => {
    const { installation } = world();
    const acme = await installation.aTenant('Acme');
    tenantId = acme.id;
    [ada, sam] = [
      await installation.aUser('TENANT_ADMIN', { tenantId }),
      await installation.aUser('SUPPORT', { tenantId }),
    ];
    homes = await someHomes(installation, acme, 'Alder');
    const input = { unitId: homes.units[0].id, title: 'Cold' };
    request = (await mutate(homes.owner, 'maintenanceRequestCreate', { input }, 'maintenanceRequestId'))
      .maintenanceRequestId;
  });

  const typing = (by: Person, more: object = {}) =>
    by.ask(SET, { input: { maintenanceRequestId: request, isTyping: true, ...more } });

  test('69 X: who is writing is shown to those who read it, on the other node, and internal notes to staff alone', async () => {
    const { there } = world();
    const [mine, next] = homes.units;
    const ofOwner = new Seen(there(homes.owner), { id: request });
    const ofStaff = new Seen(there(sam), { id: request });
    const ofNext = new Seen(there(next.resident), { id: request });
    for (const seen of [ofOwner, ofStaff, ofNext]) expect(await seen.until(0)).toEqual([]);
    await typing(ada, { isInternal: true });
    expect(await ofStaff.until(1)).toEqual([
      { isFromStaff: true, isInternal: true, user: { id: ada.userId } },
    ]);
    await typing(mine.resident);
    expect(await ofOwner.until(1)).toEqual([
      { isFromStaff: false, isInternal: false, user: { id: mine.resident.userId } },
    ]);
    await ofStaff.until(0);
    await ofOwner.until(0);
    expect(ofOwner.states.flat().some(({ isInternal }) => isInternal)).toBe(false);
    // The neighbour received the empty beginning and nothing after it.
    expect(ofNext.states).toEqual([[]]);
    await ofNext.stream.close();
  });

  test('69: typing ends five seconds after its last sign, and when the message is sent, on whatever node', async () => {
    const { there } = world();
    const seen = new Seen(there(homes.owner), { id: request });
    await seen.until(0);
    const began = performance.now();
    await typing(ada);
    await seen.until(1);
    await seen.until(0);
    expect(performance.now() - began).toBeGreaterThan(4_500);
    await typing(ada);
    await seen.until(1);
    const sent = performance.now();
    await send(there(ada), { maintenanceRequestId: request, body: 'Sent' });
    await seen.until(0);
    expect(performance.now() - sent).toBeLessThan(4_000);
    await typing(ada);
    await seen.until(1);
    const stopped = performance.now();
    await typing(there(ada), { isTyping: false });
    await seen.until(0);
    expect(performance.now() - stopped).toBeLessThan(4_000);
  });

  test('69: typing ends with the connection of the user that writes', async () => {
    const { there } = world();
    const seen = new Seen(there(homes.owner), { id: request });
    await seen.until(0);
    const socket = ada.follow(SET, { input: { maintenanceRequestId: request, isTyping: true } });
    await socket.event();
    await seen.until(1);
    const cut = performance.now();
    socket.cut();
    await seen.until(0);
    expect(performance.now() - cut).toBeLessThan(4_000);
  });

  test('69 X: who loses the right sees no one writing, and the stream ends with the right to messages', async () => {
    const { installation, there } = world();
    const support = await installation.aUser('SUPPORT', { tenantId });
    const seen = new Seen(there(support), { id: request });
    await seen.until(0);
    await typing(homes.owner);
    await seen.until(1);
    const grant = (...value: string[]) =>
      mutate(ada, 'configUpdate', {
        input: { scope: 'TENANT', set: [{ path: 'permissions.templates.SUPPORT', value }] },
      });
    await grant('messages:read', 'customers:read');
    await seen.until(0);
    await typing(homes.owner);
    await grant('customers:read');
    const { errors } = await seen.stream.next();
    expect(errors?.[0]?.extensions?.code).toBe('SUBSCRIPTION_REVOKED');
    expect(seen.states.map((state) => state.length)).toEqual([0, 1, 0]);
    await mutate(ada, 'configUpdate', {
      input: { scope: 'TENANT', unset: ['permissions.templates.SUPPORT'] },
    });
  });

  test('69 X: a message that is sent on one node reaches its readers on the other, in order, and no other user', async () => {
    const { there } = world();
    const [mine, next] = homes.units;
    const after = await ada.now(tenantId);
    const streams = [homes.owner, mine.resident, next.resident].map((user) =>
      there(user).follow(SENT, { after }),
    );
    for (let number = 0; number < 5; number += 1) {
      await send(ada, { maintenanceRequestId: request, body: `Note ${number}`, isInternal: true });
      await send(ada, { maintenanceRequestId: request, body: `Message ${number}` });
    }
    const incidentId = await openedIncident(ada);
    await send(ada, { incidentId, body: 'For all' });
    const bodies = async (stream: Stream | undefined, count: number) =>
      ((await stream?.take(count)) ?? []).map(
        (event) => (event as unknown as { message: { body: string } }).message.body,
      );
    const expected = [...Array.from({ length: 5 }, (_, number) => `Message ${number}`), 'For all'];
    expect(await bodies(streams[0], 6)).toEqual(expected);
    expect(await bodies(streams[1], 6)).toEqual(expected);
    expect(await bodies(streams[2], 1)).toEqual(['For all']);
  });
}

describe('on one node', () => {
  let installation: Installation;
  beforeAll(async () => {
    installation = await Installation.start();
  });
  afterAll(() => installation.stop());
  scenario(() => ({ installation, there: (user) => user }));
});

describeOnPostgres('on two nodes', () => {
  describeOnRedis('with Redis', () => {
    let installation: Installation;
    let node: { readonly url: string };
    beforeAll(async () => {
      installation = await Installation.start(SHARED_REDIS);
      const other = await installation.anotherNode(SHARED_REDIS);
      await Promise.all([installation.app, other].map(untilRedisIsUp));
      node = other;
    });
    afterAll(() => installation.stop());
    scenario(() => ({ installation, there: (user) => user.at(node) }));

    test('69: the unsent e-mail of a mention is dropped with the message, and that of one that stays is sent', async () => {
      const acme = await installation.aTenant('Mailed');
      const [ada, sam] = [
        await installation.aUser('TENANT_ADMIN', { tenantId: acme.id }),
        await installation.aUser('SUPPORT', { tenantId: acme.id }),
      ];
      const customerId = await installation.aCustomer(acme.id);
      const mention = (body: string) => send(ada, { customerId, body, mentionIds: [sam.userId] });
      const value = { from: '00:00', until: '23:59', timeZone: 'UTC' };
      const set = [
        { path: 'notifications.quietHours', value },
        { path: 'notifications.digest', value: 'IMMEDIATELY' },
      ];
      await mutate(sam, 'configUpdate', { input: { scope: 'USER', set } });
      const [gone, stays] = [await mention('Gone'), await mention('Stays')];
      await untilInbox(sam, (told) => told.length === 2);
      const mails = async (): Promise<{ status: string; address: string }[]> => {
        const { mailMessages } = await installation.root.ask('{ mailMessages { address status } }');
        return mailMessages.filter(({ address }: { address: string }) => address === sam.email);
      };
      const until = async (isSo: (all: { status: string }[]) => boolean) => {
        for (const deadline = Date.now() + PATIENCE_MS; !isSo(await mails()); )
          if (Date.now() > deadline)
            throw new Error(`E-mails did not come: ${JSON.stringify(await mails())}`);
      };
      await until((all) => all.length === 2);
      await mutate(ada, 'messageDelete', { id: gone });
      await untilInbox(sam, (told) => told.length === 1 && told[0]?.entityId === stays);
      const database = await theDatabaseAt(installation.app.config.databaseUrl ?? '');
      await database.prisma.$executeRaw`UPDATE mail_message SET try_at = now() WHERE try_at IS NOT NULL`;
      await until((all) => all.every(({ status }) => status !== 'WAITING'));
      expect((await mails()).map(({ status }) => status).toSorted()).toEqual(['DROPPED', 'KEPT']);
    });
  });
});
