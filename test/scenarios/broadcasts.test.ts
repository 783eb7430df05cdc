import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { anApiToken } from '../support/api-token.ts';
import { type Homes, someHomes } from '../support/homes.ts';
import { Installation, type TestTenant, type TestUser } from '../support/installation.ts';
import { codes, mutate, refusals } from '../support/mutate.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import type { Person } from '../support/person.ts';
import { describeOnPostgres, describeOnRedis } from '../support/real-servers.ts';
import { runSql } from '../support/servers/run-sql.ts';
import { SHARED_REDIS, untilRedisIsUp } from '../support/shared-redis.ts';
import type { Stream } from '../support/stream.ts';

const LIST =
  '{ broadcasts(first: 100) { totalCount nodes { id message status isAcknowledged acknowledgedCount sender { id } } } }';
const RECEIVED =
  'subscription ($after: Cursor) { broadcastReceived(after: $after) { cursor actor { name } broadcast { message } } }';
const AUDIT = '{ auditLog(filter: { entity: { in: [BROADCAST] } }) { totalCount nodes { entityId } } }';
const PREVIEW = `query ($audience: BroadcastAudienceInput!) {
  broadcastPreview(audience: $audience) { peopleCount userErrors { code path } } }`;

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

const input = (audience: object, message: string, more: object = {}) => ({
  input: { audience, severity: 'WARNING', message, expiresAt: inHours(2), ...more },
});

async function send(by: Person, audience: object, message: string, more: object = {}): Promise<string> {
  return (await mutate(by, 'broadcastSend', input(audience, message, more), 'broadcastId')).broadcastId;
}

interface Shown {
  readonly id: string;
  readonly message: string;
  readonly status: string;
  readonly isAcknowledged: boolean;
  readonly acknowledgedCount: number | null;
  readonly sender: { readonly id: string } | null;
}

async function listed(person: Person): Promise<readonly Shown[]> {
  const { broadcasts } = await person.ask(LIST);
  expect(broadcasts.nodes).toHaveLength(broadcasts.totalCount);
  return broadcasts.nodes;
}

const messagesOf = async (person: Person) => (await listed(person)).map(({ message }) => message).toSorted();

async function until(person: Person, isSo: (all: readonly Shown[]) => boolean): Promise<readonly Shown[]> {
  for (const deadline = Date.now() + PATIENCE_MS; ; ) {
    const all = await listed(person);
    if (isSo(all)) return all;
    if (Date.now() > deadline) throw new Error(`The broadcasts did not become so: ${JSON.stringify(all)}`);
  }
}

interface Event {
  readonly actor: { readonly name: string | null };
  readonly broadcast: { readonly message: string };
}

const received = async (stream: Stream, count: number) =>
  ((await stream.take(count)) as Event[]).map(({ broadcast }) => broadcast.message);

/** The scenario of broadcasts: the same on one node, and with clients of the other one. */
function scenario(
  world: () => { readonly installation: Installation; readonly there: (user: TestUser) => Person },
) {
  let installation: Installation;
  let there: (user: TestUser) => Person;
  let acme: TestTenant;
  let globex: TestTenant;
  let annexId: string;
  let homes: Homes;
  let neighbours: Homes;
  let [ada, sam, oli, ann, gil] = [] as TestUser[];

  beforeAll(async () => {
    ({ installation, there } = world());
    [acme, globex] = [await installation.aTenant('Acme'), await installation.aTenant('Globex')];
    annexId = await installation.anotherTenant(acme.organizationId);
    [ada, sam, oli, ann, gil] = await Promise.all([
      installation.aUser('TENANT_ADMIN', { tenantId: acme.id }),
      installation.aUser('SUPPORT', { tenantId: acme.id }),
      installation.aUser('ORGANIZATION_ADMIN', { organizationId: acme.organizationId }),
      installation.aUser('TENANT_ADMIN', { tenantId: annexId }),
      installation.aUser('TENANT_ADMIN', { tenantId: globex.id }),
    ]);
    homes = await someHomes(installation, acme, 'Alder');
    neighbours = await someHomes(installation, acme, 'Birch');
  });

  test('75: an audience above the sender, or of others, is refused, in preview as in sending, and nothing is written', async () => {
    const before = await messagesOf(installation.root);
    const elsewhere = await installation.aCustomer(globex.id);
    const cases: [TestUser, object, string][] = [
      [ada as TestUser, { kind: 'PLATFORM' }, 'FORBIDDEN_CHANGE'],
      [ada as TestUser, { kind: 'ORGANIZATION', organizationId: acme.organizationId }, 'FORBIDDEN_CHANGE'],
      [ada as TestUser, { kind: 'TENANT', tenantId: annexId }, 'NOT_FOUND'],
      [ada as TestUser, { kind: 'ROLE', role: 'SUPPORT', organizationId: acme.organizationId }, 'NOT_FOUND'],
      [ada as TestUser, { kind: 'CUSTOMER', customerId: elsewhere }, 'NOT_FOUND'],
      [ada as TestUser, { kind: 'CUSTOMER', customerId: crypto.randomUUID() }, 'NOT_FOUND'],
      [ada as TestUser, { kind: 'USER', userId: (gil as TestUser).userId }, 'NOT_FOUND'],
      [ada as TestUser, { kind: 'USER' }, 'INVALID_INPUT'],
      [ada as TestUser, { kind: 'TENANT', role: 'OWNER' }, 'INVALID_INPUT'],
      [oli as TestUser, { kind: 'PLATFORM' }, 'FORBIDDEN_CHANGE'],
      [oli as TestUser, { kind: 'TENANT', tenantId: globex.id }, 'NOT_FOUND'],
      [oli as TestUser, { kind: 'ORGANIZATION', organizationId: globex.organizationId }, 'NOT_FOUND'],
      [oli as TestUser, { kind: 'CUSTOMER', customerId: homes.customerId }, 'FORBIDDEN_CHANGE'],
      [oli as TestUser, { kind: 'USER', userId: (sam as TestUser).userId }, 'FORBIDDEN_CHANGE'],
    ];
    for (const [by, audience, code] of cases) {
      expect([audience, await codes(by, 'broadcastSend', input(audience, 'Refused'))]).toEqual([
        audience,
        [code],
      ]);
      const { broadcastPreview } = (await by.run(PREVIEW, { audience })).data;
      expect(broadcastPreview).toEqual({
        peopleCount: null,
        userErrors: [expect.objectContaining({ code, path: expect.arrayContaining(['audience']) })],
      });
    }
    const tenant = { kind: 'TENANT' };
    for (const by of [sam, homes.owner, homes.units[0].resident] as TestUser[])
      expect(
        await codes(by, 'broadcastSend', input({ kind: 'TENANT', tenantId: acme.id }, 'Refused')),
      ).toEqual(['FORBIDDEN']);
    const bad: [object, string][] = [
      [{ message: '' }, 'message'],
      [{ message: 'x'.repeat(1_001) }, 'message'],
      [{ message: 'Look: <script>alert(1)</script>' }, 'message'],
      [{ expiresAt: inHours(-1) }, 'expiresAt'],
      [{ expiresAt: inHours(24 * 91) }, 'expiresAt'],
    ];
    for (const [more, field] of bad)
      expect(await refusals(ada as TestUser, 'broadcastSend', input(tenant, 'Refused', more))).toEqual([
        expect.objectContaining({ code: 'INVALID_INPUT', path: ['input', field] }),
      ]);
    expect(await messagesOf(installation.root)).toEqual(before);
  });

  test('75 X: a broadcast reaches its audience on the other node, and no other user by list, count, stream or audit', async () => {
    const [mine, next] = homes.units;
    const everyone = {
      ada,
      sam,
      oli,
      ann,
      gil,
      owner: homes.owner,
      mine: mine.resident,
      next: next.resident,
      far: neighbours.owner,
    };
    const people = Object.entries(everyone as Record<string, TestUser>);
    const streams = new Map(
      await Promise.all(
        people.map(async ([name, person]): Promise<[string, Stream]> => {
          const cursor = (await person.ask('{ broadcasts(first: 100) { feedCursor } }')).broadcasts
            .feedCursor;
          return [name, there(person).follow(RECEIVED, { after: cursor })];
        }),
      ),
    );
    const sends: [string, TestUser, object, string[]][] = [
      ['To Acme', ada as TestUser, { kind: 'TENANT' }, ['ada', 'sam', 'owner', 'mine', 'next', 'far']],
      [
        'To Alder',
        ada as TestUser,
        { kind: 'CUSTOMER', customerId: homes.customerId },
        ['owner', 'mine', 'next'],
      ],
      ['To owners', ada as TestUser, { kind: 'ROLE', role: 'OWNER' }, ['owner', 'far']],
      ['To one', ada as TestUser, { kind: 'USER', userId: mine.resident.userId }, ['mine']],
      [
        'To admins',
        oli as TestUser,
        { kind: 'ROLE', role: 'TENANT_ADMIN', organizationId: acme.organizationId },
        ['ada', 'ann'],
      ],
      [
        'To the organization',
        oli as TestUser,
        { kind: 'ORGANIZATION' },
        ['ada', 'sam', 'oli', 'ann', 'owner', 'mine', 'next', 'far'],
      ],
      ['To the annex', oli as TestUser, { kind: 'TENANT', tenantId: annexId }, ['ann']],
      ['To Globex', installation.root as TestUser, { kind: 'TENANT', tenantId: globex.id }, ['gil']],
    ];
    const root = installation.root;
    for (const [message, by, audience] of sends) await send(by, audience, message);
    await send(root, { kind: 'PLATFORM' }, 'To all');
    const expected = (name: string) =>
      sends.filter(([, , , to]) => to.includes(name)).map(([message]) => message);
    for (const [name, person] of people) {
      const mineAll = [...expected(name), 'To all'].toSorted();
      const stream = streams.get(name) as Stream;
      expect([name, (await received(stream, mineAll.length)).toSorted()]).toEqual([name, mineAll]);
      const all = (await listed(person)).filter(({ message }) => message.startsWith('To '));
      // Staff manages what its own level has sent, also to others; the list is that of one level.
      const isManaged = (by: TestUser, { kind }: { kind?: string }) =>
        by === person && (name === 'ada' || (name === 'oli' && kind !== 'TENANT'));
      const managed = sends.filter(([, by, audience]) => isManaged(by, audience));
      const seen = [...new Set([...mineAll, ...managed.map(([message]) => message)])].toSorted();
      expect([name, all.map(({ message }) => message).toSorted()]).toEqual([name, seen]);
    }
    // The next event is the next one that is for them, so nothing else came in between.
    await send(root, { kind: 'PLATFORM' }, 'The last');
    for (const [name] of people)
      expect([name, await received(streams.get(name) as Stream, 1)]).toEqual([name, ['The last']]);
    const ids = new Set((await listed(sam as TestUser)).map(({ id }) => id));
    const audit = (await (sam as TestUser).ask(AUDIT)).auditLog;
    expect(new Set(audit.nodes.map(({ entityId }: { entityId: string }) => entityId))).toEqual(ids);
    expect(
      (await listed(mine.resident)).every(
        ({ sender, acknowledgedCount }) => !sender && acknowledgedCount === null,
      ),
    ).toBe(true);
  });

  test('75: who enters an audience sees what is running there, and who leaves it no longer does', async () => {
    const moved = await installation.aUser('SUPPORT', { tenantId: acme.id });
    await send(ada as TestUser, { kind: 'ROLE', role: 'CSR' }, 'For CSRs');
    await send(ada as TestUser, { kind: 'ROLE', role: 'SUPPORT' }, 'For support');
    const changed = there(moved).follow(
      'subscription { broadcastChanged(snapshot: true) { __typename ... on BroadcastSnapshot { nodes { message } isLast } } }',
    );
    const rows = async () => {
      const found: string[] = [];
      for (;;) {
        const { __typename, nodes, isLast } = (await changed.event()) as {
          __typename: string;
          nodes: { message: string }[];
          isLast: boolean;
        };
        if (__typename !== 'BroadcastSnapshot') continue;
        found.push(...nodes.map(({ message }) => message));
        if (isLast) return found;
      }
    };
    const first = await rows();
    expect(first).toContain('For support');
    expect(first).not.toContain('For CSRs');
    await mutate(ada as TestUser, 'userRoleSet', { id: moved.userId, role: 'CSR' });
    const second = await rows();
    expect(second).toContain('For CSRs');
    expect(second).not.toContain('For support');
    expect(await messagesOf(moved)).not.toContain('For support');
  });

  test('75: each user acknowledges once, whatever it repeats, the sender sees the number, and no user that of others', async () => {
    const [mine, next] = homes.units;
    const asked = await send(ada as TestUser, { kind: 'CUSTOMER', customerId: homes.customerId }, 'Asked', {
      needsAcknowledgement: true,
    });
    const unasked = await send(
      ada as TestUser,
      { kind: 'CUSTOMER', customerId: homes.customerId },
      'Unasked',
    );
    expect(await codes(neighbours.owner, 'broadcastAcknowledge', { id: asked })).toEqual(['NOT_FOUND']);
    expect(await codes(ada as TestUser, 'broadcastAcknowledge', { id: asked })).toEqual(['FORBIDDEN_CHANGE']);
    expect(await codes(mine.resident, 'broadcastAcknowledge', { id: unasked })).toEqual(['INVALID_STATE']);
    const key = crypto.randomUUID();
    await Promise.all([
      mutate(mine.resident, 'broadcastAcknowledge', { id: asked, idempotencyKey: key }),
      mutate(there(mine.resident), 'broadcastAcknowledge', { id: asked }),
      mutate(there(mine.resident), 'broadcastAcknowledge', { id: asked, idempotencyKey: key }),
      mutate(next.resident, 'broadcastAcknowledge', { id: asked }),
    ]);
    const one = async (person: Person) => (await listed(person)).find(({ id }) => id === asked);
    expect(await one(ada as TestUser)).toMatchObject({ acknowledgedCount: 2, isAcknowledged: false });
    expect(await one(mine.resident)).toMatchObject({ acknowledgedCount: null, isAcknowledged: true });
    expect(await one(homes.owner)).toMatchObject({ acknowledgedCount: null, isAcknowledged: false });
    const { broadcastAcknowledgements } = await next.resident.ask(
      '{ broadcastAcknowledgements { nodes { userId } } }',
    );
    expect(broadcastAcknowledgements.nodes).toEqual([{ userId: next.resident.userId }]);
  });

  test('75: a broadcast ends once, by its time or by its sender, for all on both nodes; its level keeps it, and one below does not touch it', async () => {
    const reader = there(homes.owner);
    const ends = await send(ada as TestUser, { kind: 'TENANT' }, 'Expires');
    const taken = await send(ada as TestUser, { kind: 'TENANT' }, 'Withdrawn');
    const above = await send(oli as TestUser, { kind: 'TENANT', tenantId: acme.id }, 'From above');
    await until(reader, (all) => all.some(({ id }) => id === above));
    expect(await codes(ada as TestUser, 'broadcastWithdraw', { id: above })).toEqual(['FORBIDDEN_CHANGE']);
    expect(await codes(gil as TestUser, 'broadcastWithdraw', { id: taken })).toEqual(['NOT_FOUND']);
    const ended = reader.follow(
      'subscription ($after: Cursor) { broadcastEnded(after: $after) { broadcastId } }',
      {
        after: (await reader.ask('{ broadcasts(first: 100) { feedCursor } }')).broadcasts.feedCursor,
      },
    );
    await mutate(ada as TestUser, 'broadcastWithdraw', { id: taken });
    expect(await ended.event()).toEqual({ broadcastId: taken });
    expect(await codes(ada as TestUser, 'broadcastWithdraw', { id: taken })).toEqual(['INVALID_STATE']);
    const url = installation.app.config.databaseUrl;
    if (url) {
      await runSql(url, `UPDATE broadcast SET expires_at = now() WHERE id = '${ends}'`);
      await runSql(url, `UPDATE due_work SET due_at = now(), try_at = now() WHERE subject_id = '${ends}'`);
      expect(await ended.event()).toEqual({ broadcastId: ends });
      expect(await codes(homes.owner, 'broadcastAcknowledge', { id: ends })).toEqual(['NOT_FOUND']);
    }
    const kept = await listed(ada as TestUser);
    expect(kept.find(({ id }) => id === taken)?.status).toBe('WITHDRAWN');
    const left = (await listed(reader)).map(({ id }) => id);
    expect(left).toContain(above);
    expect(left).not.toContain(taken);
  });

  test('75: an organization withdraws what its tenant sent to a customer or a user, though it sends to neither', async () => {
    const toCustomer = { kind: 'CUSTOMER', customerId: homes.customerId };
    const toUser = { kind: 'USER', userId: homes.owner.userId };
    for (const audience of [toCustomer, toUser]) {
      const id = await send(ada as TestUser, audience, 'Taken back from above');
      expect(await codes(oli as TestUser, 'broadcastSend', input(audience, 'From above'))).toEqual([
        'FORBIDDEN_CHANGE',
      ]);
      await mutate(there(oli as TestUser), 'broadcastWithdraw', { id });
    }
  });

  test('75 A: a request that is repeated with its key sends one broadcast, and a sender is slowed down', async () => {
    const zoe = await installation.aUser('TENANT_ADMIN', { tenantId: globex.id });
    const idempotencyKey = crypto.randomUUID();
    const repeated = { ...input({ kind: 'TENANT' }, 'Once'), idempotencyKey };
    const sent = await Promise.all(
      [zoe, there(zoe)].map((by) => mutate(by, 'broadcastSend', repeated, 'broadcastId')),
    );
    expect(sent[0]).toEqual(sent[1]);
    expect((await messagesOf(gil as TestUser)).filter((message) => message === 'Once')).toHaveLength(1);
    const answers: string[] = [];
    for (let number = 0; number < 31; number += 1)
      answers.push(...(await codes(zoe, 'broadcastSend', input({ kind: 'TENANT' }, `Number ${number}`))));
    expect(answers).toEqual(['LIMIT_REACHED', 'LIMIT_REACHED']);
  });

  test('75 X: an API token sends with the permission alone and not above its user, and lists what its user may see with its permissions', async () => {
    const maker = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    const aToken = async (permissions: string[]) =>
      (await anApiToken(maker, installation.app.url, permissions)).client;
    const [writer, reader, none] = await Promise.all(
      [['broadcasts:write', 'users:read'], ['broadcasts:read'], ['customers:read']].map(aToken),
    );
    const toSam = { kind: 'USER', userId: (sam as TestUser).userId };
    for (const client of [reader, none] as Person[])
      expect(await codes(client, 'broadcastSend', input(toSam, 'Refused'))).toEqual(['FORBIDDEN']);
    expect(await codes(writer as Person, 'broadcastSend', input({ kind: 'PLATFORM' }, 'Refused'))).toEqual([
      'FORBIDDEN_CHANGE',
    ]);
    const id = await send(writer as Person, toSam, 'By a token, to one');
    await send(writer as Person, { kind: 'TENANT' }, 'By a token, to all');
    const shown = (await listed(reader as Person)).find((one) => one.id === id);
    expect(shown).toMatchObject({ message: 'By a token, to one', acknowledgedCount: 0 });
    expect((await listed(maker)).find((one) => one.id === id)?.sender).toEqual({ id: maker.userId });
    for (const client of [writer, none] as Person[]) {
      const messages = await messagesOf(client);
      expect(messages).toContain('By a token, to all');
      expect(messages).not.toContain('By a token, to one');
    }
    expect(await messagesOf(gil as TestUser)).not.toContain('By a token, to all');
  });

  test('75: a preview counts those whom it would address', async () => {
    const count = async (by: Person, audience: object) =>
      (await by.ask(PREVIEW, { audience })).broadcastPreview.peopleCount;
    expect(await count(ada as TestUser, { kind: 'CUSTOMER', customerId: homes.customerId })).toBe(3);
    expect(await count(ada as TestUser, { kind: 'ROLE', role: 'OWNER' })).toBe(2);
    expect(await count(ada as TestUser, { kind: 'USER', userId: homes.owner.userId })).toBe(1);
    const [ofTenant, ofAnnex, ofOrganization] = [
      await count(ada as TestUser, { kind: 'TENANT' }),
      await count(oli as TestUser, { kind: 'TENANT', tenantId: annexId }),
      await count(oli as TestUser, { kind: 'ORGANIZATION' }),
    ];
    expect(ofOrganization).toBe(ofTenant + ofAnnex + 1);
    await mutate(installation.root, 'tenantUpdate', { id: annexId, input: { status: 'SUSPENDED' } });
    expect(await count(oli as TestUser, { kind: 'TENANT', tenantId: annexId })).toBe(0);
    expect(await count(oli as TestUser, { kind: 'ORGANIZATION' })).toBe(ofTenant + 1);
    await mutate(installation.root, 'tenantUpdate', { id: annexId, input: { status: 'ACTIVE' } });
  });

  test('75: without signing in there is no way in: by query, mutation, socket or route', async () => {
    const before = await messagesOf(installation.root);
    const stranger = installation.stranger();
    const asked = input({ kind: 'PLATFORM' }, 'From a stranger');
    expect(await codes(stranger, 'broadcastSend', asked)).toEqual(['UNAUTHENTICATED']);
    for (const field of ['broadcastWithdraw', 'broadcastAcknowledge'])
      expect(await codes(stranger, field, { id: crypto.randomUUID() })).toEqual(['UNAUTHENTICATED']);
    const { data, errors } = await stranger.run(LIST);
    expect([data?.broadcasts ?? null, errors?.[0]?.extensions.code]).toEqual([null, 'UNAUTHENTICATED']);
    for (const document of [
      RECEIVED,
      'mutation { broadcastSend(input: { audience: { kind: PLATFORM }, severity: INFO, message: "x", expiresAt: "2100-01-01T00:00:00Z" }) { cursor } }',
    ]) {
      const stream = stranger.follow(document);
      expect((await stream.next()).errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
      await stream.close();
    }
    const bodies = [JSON.stringify({ message: 'From a stranger', audience: { kind: 'PLATFORM' } })];
    for (const path of [
      '/api/websocket/broadcast',
      '/broadcast',
      '/broadcasts',
      '/api/broadcast',
      '/graphql/broadcast',
    ])
      for (const method of ['POST', 'PUT', 'GET']) {
        const headers = { 'content-type': 'application/json' };
        const body = method === 'GET' ? null : (bodies[0] as string);
        const { status } = await fetch(`${installation.app.url}${path}`, { method, headers, body });
        expect([path, method, status >= 400 && status < 500]).toEqual([path, method, true]);
      }
    expect(await messagesOf(installation.root)).toEqual(before);
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
  });
});
