import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { anApiToken } from '../support/api-token.ts';
import type { TestApp } from '../support/app.ts';
import { Installation, type TestTenant, type TestUser } from '../support/installation.ts';
import { mutate } from '../support/mutate.ts';
import { describeOnPostgres, describeOnRedis } from '../support/real-servers.ts';
import { TableDump } from '../support/table-dump.ts';

const UPDATED = `subscription ($after: Cursor) { customerUpdated(after: $after) { customer { company internalNotes } } }`;
const WITHDRAWN = { how: 'closed', code: 4403, reason: 'Forbidden: access was revoked' };
const VIEWER = '{ viewer { id permissions } }';

function twoNodes(settings: () => Record<string, string>): void {
  const logged: string[] = [];
  let installation: Installation;
  let acme: TestTenant;
  let ada: TestUser;
  let other: TestApp;

  beforeAll(async () => {
    const write = (...line: unknown[]) => logged.push(inspect(line, { depth: 9 }));
    const log = { debug: write, info: write, warn: write, error: write };
    installation = await Installation.start(settings(), log);
    acme = await installation.aTenant('Acme');
    ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    other = await installation.anotherNode(settings());
  });

  afterAll(() => installation.stop());

  const note = (id: string, internalNotes: string) =>
    mutate(ada, 'customerUpdate', { id, input: { internalNotes } });
  const anAdmin = () => installation.aUser('TENANT_ADMIN', { tenantId: acme.id });

  test('X: a revoked token receives nothing that was written after the revocation, and is refused, on every node', async () => {
    const id = await installation.aCustomer(acme.id);
    const token = await anApiToken(ada, installation.app.url, ['customers:read', 'notes:read']);
    const after = await ada.now(acme.id);
    const nodes = [token.client, token.client.at(other)];
    const streams = nodes.map((client) => client.follow(UPDATED, { after }));
    await note(id, 'before');
    const seen = await Promise.all(streams.map((stream) => stream.take(1)));

    await mutate(ada, 'apiTokenRevoke', { id: token.id });
    await note(id, 'secret');

    expect({
      seen,
      ends: await Promise.all(streams.map((stream) => stream.ended())),
      later: streams.flatMap((stream) => stream.unread),
      answers: (await Promise.all(nodes.map((client) => client.run(VIEWER)))).map(
        ({ errors }) => errors?.[0]?.extensions.code,
      ),
    }).toEqual({
      seen: nodes.map(() => [{ customer: { company: 'Alder Homes', internalNotes: 'before' } }]),
      ends: [WITHDRAWN, WITHDRAWN],
      later: expect.not.arrayContaining([expect.objectContaining({ data: expect.anything() })]),
      answers: ['UNAUTHENTICATED', 'UNAUTHENTICATED'],
    });
  });

  test.each(['the token', 'its user'])(
    'X: a stream of a token shows no value of a permission that %s has lost before the write, on any node',
    async (loser) => {
      const id = await installation.aCustomer(acme.id);
      const maker = await anAdmin();
      const token = await anApiToken(maker, installation.app.url, ['customers:read', 'notes:read']);
      const after = await ada.now(acme.id);
      const streams = [token.client, token.client.at(other)].map((client) =>
        client.follow(UPDATED, { after }),
      );
      await note(id, 'before');
      const before = await Promise.all(streams.map((stream) => stream.event()));

      // CSRs read customers and no notes.
      if (loser === 'its user') await mutate(ada, 'userRoleSet', { id: maker.userId, role: 'CSR' });
      else
        await mutate(maker, 'apiTokenUpdate', { id: token.id, input: { permissions: ['customers:read'] } });
      await note(id, 'secret');

      const shown = await Promise.all(streams.map((stream) => stream.next()));
      const customer = { company: 'Alder Homes' };
      expect({ before, shown: shown.map(({ data }) => data) }).toEqual({
        before: streams.map(() => ({ customer: { ...customer, internalNotes: 'before' } })),
        shown: streams.map(() => ({ customerUpdated: { customer: { ...customer, internalNotes: null } } })),
      });
      const { viewer } = await token.client.at(other).ask(VIEWER);
      expect(viewer.permissions).toEqual(['customers:read']);
    },
  );

  test('X: viewerPermissionsChanged tells a token what it has lost, and not what its user has beside it', async () => {
    const maker = await anAdmin();
    const token = await anApiToken(maker, installation.app.url, ['customers:read', 'notes:read']);
    const after = await ada.now(acme.id);
    const stream = token.client
      .at(other)
      .follow(
        'subscription ($after: Cursor) { viewerPermissionsChanged(after: $after) { granted revoked permissions } }',
        { after },
      );
    await mutate(maker, 'apiTokenUpdate', {
      id: token.id,
      input: { permissions: ['customers:read', 'users:read'] },
    });
    expect(await stream.take(1)).toEqual([
      { granted: ['users:read'], revoked: ['notes:read'], permissions: ['customers:read', 'users:read'] },
    ]);
    // Both changes together would be one event, and no event for a token whose user has lost the right again.
    await mutate(ada, 'userRoleSet', { id: maker.userId, role: 'CSR' });
    expect(await stream.take(1)).toEqual([
      { granted: [], revoked: ['users:read'], permissions: ['customers:read'] },
    ]);
  });

  test('X: the secret of a token is in no table, list, change or message', async () => {
    const redis = settings().REDIS_URL?.includes(':1') ? null : new Redis(settings().REDIS_URL ?? '');
    const listener = redis?.duplicate();
    const published: string[] = [];
    listener?.on('pmessage', (_pattern, _channel, message: string) => published.push(message));
    await listener?.psubscribe('*');
    const after = await ada.now(acme.id);
    const stream = ada.at(other).follow(
      `subscription ($after: Cursor) { apiTokenChanged(after: $after) { ... on EntityEvent { entityId } ... on ApiTokenEvent {
        apiToken { name permissions networks expiresAt generation previousEndsAt } } } }`,
      { after },
    );
    const token = await anApiToken(ada, installation.app.url, ['customers:read', 'customers:write']);
    const args = { id: token.id, idempotencyKey: crypto.randomUUID() };
    const { secret } = await mutate(ada, 'apiTokenRotate', args, 'secret');
    await token.client.at(other).ask(VIEWER);
    const input = { company: 'By a token', contactName: 'T', email: 't@lockstep.test' };
    await mutate(token.client, 'customerCreate', { input });
    const events = JSON.stringify(await stream.take(2));
    const lists = JSON.stringify([
      await ada.ask('{ apiTokens { nodes { id name generation user { name } lastUsedAt } } }'),
      await ada.ask(
        '{ auditLog(first: 100) { nodes { entity actor { name } changes { field before after } } } }',
      ),
    ]);
    const tables = await TableDump.open(installation.app.config.databaseUrl);
    const stored = await tables.mentioning([token.secret, secret]);
    await tables.close();
    const keys = (await redis?.keys('*')) ?? [];
    redis?.disconnect();
    listener?.disconnect();
    expect(events).toContain(token.id);
    expect(lists).toContain(token.id);
    const everything = [events, lists, ...logged, ...published, ...keys, ...Object.values(stored).flat()];
    expect(everything.filter((text) => text.includes(token.secret) || text.includes(secret))).toEqual([]);
  });
}

describeOnPostgres('two nodes', () => {
  describeOnRedis('with Redis', () =>
    twoNodes(() => ({ REDIS_URL: process.env.TEST_REDIS_URL ?? '', POLL_INTERVAL_MS: '20000' })),
  );

  describe('with an unavailable Redis', () =>
    twoNodes(() => ({ REDIS_URL: 'redis://127.0.0.1:1', POLL_INTERVAL_MS: '50' })));
});
