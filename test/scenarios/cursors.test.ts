import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { pruneLog } from '../../src/changes/retention.ts';
import { loadSecrets } from '../../src/config/secrets.ts';
import { CursorCodec } from '../../src/core/feeds/cursor.ts';
import { EventSource } from '../support/event-source.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { runSql } from '../support/servers/run-sql.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });
const codec = new CursorCodec((await loadSecrets(installation.app.config)).cursors);

const UPDATED = 'subscription ($after: Cursor) { customerUpdated(after: $after) { customer { company } } }';
const CHANGED = `subscription ($after: Cursor) { customerChanged(after: $after) {
  __typename ... on FeedReset { reason cursor } ... on CustomerCreated { customer { company } } } }`;
const CHANGES = `subscription ($after: Cursor) { changes(after: $after, types: [CUSTOMER]) {
  __typename ... on FeedReset { reason cursor } ... on CustomerCreated { customer { company } } } }`;
const CREATE =
  'mutation ($company: String!) { customerCreate(input: { company: $company, contactName: "O", email: "o@x.test" }) { userErrors { message } } }';

const refusal = (code: string) => ({
  errors: [
    {
      message: expect.any(String),
      extensions: {
        code,
        rule: expect.any(String),
        params: expect.any(Object),
        requestId: expect.any(String),
      },
    },
  ],
});

/** The first result of a subscription, without its cursor. */
async function beginning(query: string, after: string | undefined): Promise<unknown> {
  const stream = ada.follow(query, { after });
  const { extensions: _cursor, ...result } = await stream.next();
  await stream.close();
  return result;
}

describe('a cursor that was not issued for this feed', () => {
  const cursors: Record<string, () => string | Promise<string>> = {
    'of another tenant': async () => installation.root.now((await installation.aTenant('Globex')).id),
    'of another tenant that does not exist': async () =>
      codec.encode({ ...codec.decode(await ada.now(acme.id)), feed: randomUUID() }),
    'with one bit turned': async () => turnBit(await ada.now(acme.id), 40),
    'with one bit of its signature turned': async () => turnBit(await ada.now(acme.id), 56),
    'that is truncated': async () => (await ada.now(acme.id)).slice(0, -2),
    'with more text at the end': async () => `${await ada.now(acme.id)}AA`,
    'with a blank at the end': async () => `${await ada.now(acme.id)} `,
    'that another installation signed': async () =>
      new CursorCodec(Buffer.alloc(32)).encode(codec.decode(await ada.now(acme.id))),
    'that is an access token': () => ada.token ?? '',
    'that is empty': () => '',
    'that is 8 kB long': () => 'A'.repeat(8_192),
    'that is no base64url': () => '\u0000\n{"seq":1}',
  };

  test.each(Object.keys(cursors))(
    'X: one %s is refused as CURSOR_INVALID, by every field in the same words',
    async (what) => {
      const cursor = await cursors[what]?.();

      const refused = await Promise.all([CHANGED, CHANGES, UPDATED].map((query) => beginning(query, cursor)));

      expect(refused).toEqual([CHANGED, CHANGES, UPDATED].map(() => refusal('CURSOR_INVALID')));
    },
  );

  test('X: is refused as Last-Event-ID, too', async () => {
    const lastEventId = turnBit(await ada.now(acme.id), 40);
    const stream = await EventSource.open(installation.app.url, ada.token, { query: CHANGED, lastEventId });
    const events = await stream.take(2);
    expect(events).toMatchObject([
      { event: 'next', id: null, result: refusal('CURSOR_INVALID') },
      { event: 'complete' },
    ]);
  });
});

describe('a cursor after which nothing can be replayed', () => {
  const positions: Record<string, (now: { feed: string; epoch: string; seq: number }) => object> = {
    'of another epoch': (now) => ({ ...now, epoch: randomUUID() }),
    'of another epoch at the beginning': (now) => ({ ...now, epoch: randomUUID(), seq: 0 }),
    'from the future': (now) => ({ ...now, seq: now.seq + 1 }),
    'from the far future': (now) => ({ ...now, seq: Number.MAX_SAFE_INTEGER }),
  };

  test.each(Object.keys(positions))(
    'L: one %s resets the stream with FeedReset, or ends a stream without that item with CURSOR_EXPIRED',
    async (what) => {
      const after = codec.encode({
        ...codec.decode(await ada.now(acme.id)),
        ...positions[what]?.(codec.decode(await ada.now(acme.id))),
      });

      await expectNewStart(after, 'EPOCH_CHANGED');
    },
  );

  describeOnPostgres('at the horizon of the log', () => {
    test('L: a cursor older than the horizon resets the stream with EXPIRED, and the stream continues live from the reset', async () => {
      const after = await ada.now(acme.id);
      await ada.ask(CREATE, { company: 'Too old' });
      await age('7 days 1 minute');

      await expectNewStart(after, 'EXPIRED');
    });

    test('L: a cursor at the end of an idle feed stays valid, even if the last change is older than the horizon', async () => {
      await age('8 days');
      const after = await ada.now(acme.id);
      const stream = ada.follow(UPDATED.replaceAll('Updated', 'Created'), { after });

      await ada.ask(CREATE, { company: 'After a long silence' });

      expect(await stream.event()).toMatchObject({ customer: { company: 'After a long silence' } });
    });

    test('L: a change just within the horizon is replayed', async () => {
      const after = await ada.now(acme.id);
      await ada.ask(CREATE, { company: 'Old' });
      await age('6 days 23 hours');

      expect(await ada.follow(CHANGED, { after }).event()).toMatchObject({ customer: { company: 'Old' } });
    });

    test('L: a change that is missing in the log is not replayed from memory', async () => {
      const after = await ada.now(acme.id);
      await ada.ask(CREATE, { company: 'Removed' });
      await runSql(
        installation.app.config.databaseUrl ?? '',
        `DELETE FROM change WHERE image ->> 'company' = 'Removed'`,
      );

      await expectNewStart(after, 'EXPIRED');
    });

    test('L: changes that retention has removed are not skipped, within the horizon or not', async () => {
      const after = await ada.now(acme.id);
      await ada.ask(CREATE, { company: 'Kept for two days' });
      await age('2 days 1 minute');
      await ada.ask(CREATE, { company: 'Still there' });
      const owner = new pg.Pool({ connectionString: installation.app.config.databaseUrl });
      await pruneLog(owner, 2);
      await owner.end();

      await expectNewStart(after, 'EXPIRED');
    });
  });
});

describeOnPostgres('a database that is restored while subscriptions are open', () => {
  test('L: streams with FeedReset continue after one, the others end with CURSOR_EXPIRED, even if the log is as long', async () => {
    const after = await ada.now(acme.id);
    const streams = [CHANGED, CHANGES].map((query) => ada.follow(query));
    const plain = ada.follow(UPDATED.replaceAll('Updated', 'Created'), { after });
    await Promise.all(streams.map((stream) => stream.take(1)));
    await ada.ask(CREATE, { company: 'Before' });
    await Promise.all([...streams, plain].map((stream) => stream.take(1)));

    await runSql(installation.app.config.databaseUrl ?? '', 'UPDATE feed_head SET epoch = gen_random_uuid()');
    const resets = await Promise.all(streams.map((stream) => stream.take(2)));
    const end = [await plain.next(), await plain.ended()];
    await ada.ask(CREATE, { company: 'After' });
    const lives = await Promise.all(streams.map((stream) => stream.take(1)));
    const [{ cursor } = { cursor: '' }] = resets[0] ?? [];
    const resumed = await ada.follow(CHANGED, { after: cursor }).take(1);

    const reset = { __typename: 'FeedReset', reason: 'EPOCH_CHANGED', cursor: expect.any(String) };
    const live = { __typename: 'CustomerCreated', customer: { company: 'After' } };
    expect({ resets, end, lives, resumed }).toEqual({
      resets: streams.map(() => [reset, { __typename: 'FeedPosition' }]),
      end: [refusal('CURSOR_EXPIRED'), { how: 'complete' }],
      lives: streams.map(() => [live]),
      resumed: [live],
    });
  });
});

/** Expects that streams with FeedReset begin with one and continue live, and that one without it ends with an error. */
async function expectNewStart(after: string, reason: string): Promise<void> {
  const plain = await beginning(UPDATED, after);
  const streams = [CHANGED, CHANGES].map((query) => ada.follow(query, { after }));
  const begins = await Promise.all(streams.map((stream) => stream.take(2)));
  const company = `Live ${randomUUID()}`;
  await ada.ask(CREATE, { company });
  const lives = await Promise.all(streams.map((stream) => stream.take(1)));
  const [{ cursor } = { cursor: '' }] = begins[0] ?? [];
  const again = ada.follow(CHANGED, { after: cursor });

  const reset = { __typename: 'FeedReset', reason, cursor: expect.any(String) };
  const live = { __typename: 'CustomerCreated', customer: { company } };
  const resumed = await again.take(1);
  await Promise.all([...streams, again].map((stream) => stream.close()));
  expect({ begins, lives, resumed, plain }).toEqual({
    begins: [CHANGED, CHANGES].map(() => [reset, { __typename: 'FeedPosition' }]),
    lives: [[live], [live]],
    resumed: [live],
    plain: refusal('CURSOR_EXPIRED'),
  });
}

/** Moves the times of all changes so far into the past by an interval. */
function age(interval: string): Promise<void> {
  const { databaseUrl = '' } = installation.app.config;
  return runSql(databaseUrl, `UPDATE change SET occurred_at = now() - interval '${interval}'`);
}

function turnBit(cursor: string, at: number): string {
  const bytes = Buffer.from(cursor, 'base64url');
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  return bytes.toString('base64url');
}
