import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { anApiToken, inDays } from '../support/api-token.ts';
import { Installation, type TestTenant, type TestUser } from '../support/installation.ts';
import { untilMailed } from '../support/kept-mail.ts';
import { codes, mutate } from '../support/mutate.ts';
import { inboxOf } from '../support/notified.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import type { Person } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { TableDump } from '../support/table-dump.ts';

const RECEIVED =
  'subscription ($after: Cursor) { notificationReceived(after: $after) { notification { messageKey entityId } } }';
const TWO_WEEKS = 'apiTokenEndsInTwoWeeks';
const THREE_DAYS = 'apiTokenEndsInThreeDays';

describeOnPostgres('the warnings of API tokens, on two nodes', () => {
  let installation: Installation;
  let acme: TestTenant;
  let ada: TestUser;
  let mia: TestUser;
  let gil: TestUser;
  let elsewhere: Person;
  let rows: TableDump;

  beforeAll(async () => {
    installation = await Installation.start({ REQUESTS_PER_SECOND: '1000' });
    const node = await installation.anotherNode();
    acme = await installation.aTenant('Acme');
    const globex = await installation.aTenant('Globex');
    ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    mia = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    gil = await installation.aUser('TENANT_ADMIN', { tenantId: globex.id });
    elsewhere = ada.at(node);
    rows = await TableDump.open(String(installation.app.config.databaseUrl));
  }, 120_000);

  afterAll(async () => {
    await rows.close();
    await installation.stop();
  });

  /** A token of so many days. */
  const aToken = async (days: number, by: Person = ada, input = {}): Promise<string> => {
    const made = await anApiToken(by, installation.app.url, ['customers:read'], {
      expiresAt: inDays(days),
      ...input,
    });
    return made.id;
  };

  /** When the next warning of a token is due, in days before its end; null if none is. */
  async function dueBefore(id: string): Promise<number | null> {
    const [due] = await rows.run<{ days: number }>(
      `SELECT extract(epoch FROM expires_at - due_at)::float8 / 86400 AS days
       FROM due_work JOIN api_token ON api_token.id = subject_id WHERE kind = 'apiTokenWarning' AND subject_id = $1`,
      [id],
    );
    return due?.days ?? null;
  }

  /** Has so many days be left to a token, for the database's clock cannot be held, and its work be due by that. */
  async function leave(id: string, days: number): Promise<void> {
    await rows.run(
      'UPDATE api_token SET expires_at = now() + make_interval(secs => $2::float8 * 86400 - 1) WHERE id = $1',
      [id, days],
    );
    await rows.run(
      `INSERT INTO due_work (id, kind, subject_id, feed, due_at, try_at)
       VALUES (gen_random_uuid(), 'apiTokenWarning', $1, $2, now(), now())
       ON CONFLICT (kind, subject_id) DO UPDATE SET due_at = now(), try_at = now()`,
      [id, acme.id],
    );
  }

  /** Waits until all that is due is done: warnings, notifications and what follows from them, also what waits for its turn. */
  async function untilDone(): Promise<void> {
    for (const deadline = Date.now() + PATIENCE_MS; ; ) {
      const left = await rows.run<{ kind: string }>(
        "SELECT kind FROM due_work WHERE due_at < now() + interval '1 second'",
      );
      if (left.length === 0) return;
      if (Date.now() > deadline) throw new Error(`Work is still due: ${JSON.stringify(left)}`);
    }
  }

  async function told(person: Person, id: string): Promise<string[]> {
    const all = (await inboxOf(person)).told.filter(({ entityId }) => entityId === id);
    expect(all.map(({ count }) => count)).toEqual(all.map(() => 1));
    return all.map(({ messageKey }) => messageKey).sort();
  }

  /** A service account of the tenant. */
  async function anAccount(): Promise<string> {
    const email = `${crypto.randomUUID()}@lockstep.test`;
    const input = { name: 'A service', email, role: 'SUPPORT', isServiceAccount: true };
    return (await mutate(ada, 'userCreate', { input }, 'userId')).userId;
  }

  test('X: a token that is revoked, that has ended, or that is gone with its user warns no user', async () => {
    const leaver = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    const [revoked, ended, gone] = [await aToken(30), await aToken(30), await aToken(30, leaver)];
    await mutate(ada, 'apiTokenRevoke', { id: revoked });
    expect(await dueBefore(revoked)).toBeNull();
    await mutate(ada, 'userDelete', { id: leaver.userId });
    for (const [id, days] of [
      [revoked, 2],
      [ended, 0],
      [gone, 2],
    ] as const)
      await leave(id, days);
    await untilDone();
    for (const id of [revoked, ended, gone]) {
      for (const person of [ada, mia, gil]) expect(await told(person, id)).toEqual([]);
    }
    expect(await codes(ada, 'apiTokenRotate', { id: ended })).toEqual(['INVALID_STATE']);
  });

  test('a token that is made with less than 14 or 3 days to live warns for no time that is past', async () => {
    const made = [await aToken(30), await aToken(13), await aToken(2)];
    const due: (number | null)[] = [];
    for (const id of made) due.push(await dueBefore(id));
    expect(due).toEqual([14, 3, null]);
    await untilDone();
    for (const id of made) expect(await told(ada, id)).toEqual([]);
  });

  test('X: a token warns its user 14 and 3 days before its end, live on every node and by e-mail, once each, and no other user', async () => {
    const immediately = { scope: 'USER', digest: 'IMMEDIATELY' };
    await mutate(ada, 'notificationPreferencesUpdate', { input: immediately });
    const after = await ada.now(acme.id);
    const streams = [ada, elsewhere].map((who) => who.follow(RECEIVED, { after }));
    const unheard = [mia.follow(RECEIVED, { after }), gil.follow(RECEIVED)];
    const id = await aToken(30);
    for (const [days, messageKey, next] of [
      [14, TWO_WEEKS, 3],
      [3, THREE_DAYS, null],
    ] as const) {
      await leave(id, days);
      for (const stream of streams)
        expect(await stream.take(1)).toEqual([{ notification: { messageKey, entityId: id } }]);
      expect(await dueBefore(id)).toBe(next);
      // The work is done again, as by an operator who repeats what was parked: there is nothing to say.
      await leave(id, days);
      await untilDone();
    }
    expect(await told(ada, id)).toEqual([THREE_DAYS, TWO_WEEKS]);
    const mails = await untilMailed(installation.root, ada.email, 'notification', 2);
    expect(
      mails.map(({ text }) => /An API token ends within \d+ days\./.exec(text ?? '')?.[0]).sort(),
    ).toEqual(['An API token ends within 14 days.', 'An API token ends within 3 days.']);
    for (const person of [mia, gil]) expect(await told(person, id)).toEqual([]);
    expect([...streams, ...unheard].flatMap(({ unread }) => unread)).toEqual([]);
  });

  test('many tokens that are due in one moment warn once each, whichever node takes them', async () => {
    const maker = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    const made: string[] = [];
    while (made.length < 20) made.push(await aToken(30, maker));
    await rows.run(
      "UPDATE api_token SET expires_at = now() + interval '13 days 23 hours' WHERE id = ANY($1::uuid[])",
      [made],
    );
    await rows.run('UPDATE due_work SET due_at = now(), try_at = now() WHERE subject_id = ANY($1::uuid[])', [
      made,
    ]);
    await untilDone();
    for (const id of made) expect(await told(maker, id)).toEqual([TWO_WEEKS]);
    expect(await inboxOf(maker)).toMatchObject({ unread: made.length });
  });

  test('after days without a node, the latest warning alone is given', async () => {
    const id = await aToken(30);
    await leave(id, 2);
    await untilDone();
    expect(await told(ada, id)).toEqual([THREE_DAYS]);
    expect(await dueBefore(id)).toBeNull();
  });

  test('X: a token of a service account warns the one who made it, for as long as it may read such tokens', async () => {
    const id = await aToken(30, mia, { userId: await anAccount() });
    await leave(id, 14);
    await untilDone();
    expect(await told(mia, id)).toEqual([TWO_WEEKS]);
    expect(await told(ada, id)).toEqual([]);
    const { apiToken } = await mia.ask('query ($id: ID!) { apiToken(id: $id) { maker { id } warnedDays } }', {
      id,
    });
    expect(apiToken).toEqual({ maker: { id: mia.userId }, warnedDays: 14 });
    await mutate(installation.root, 'userRoleSet', { id: mia.userId, role: 'CSR' });
    expect(await told(mia, id)).toEqual([]);
    await mutate(installation.root, 'userRoleSet', { id: mia.userId, role: 'TENANT_ADMIN' });
  });

  test('a rotation keeps the warnings, a new end has its own, and a revocation takes them back', async () => {
    const id = await aToken(30);
    await leave(id, 14);
    await untilDone();
    await mutate(ada, 'apiTokenRotate', { id });
    await untilDone();
    expect([await told(ada, id), await dueBefore(id)]).toEqual([[TWO_WEEKS], 3]);

    await mutate(ada, 'apiTokenUpdate', { id, input: { expiresAt: inDays(60), name: 'Longer' } });
    await untilDone();
    expect([await told(ada, id), await dueBefore(id)]).toEqual([[], 14]);
    await leave(id, 14);
    await untilDone();
    expect(await told(ada, id)).toEqual([TWO_WEEKS]);

    await mutate(ada, 'apiTokenUpdate', { id, input: { name: 'Renamed' } });
    await untilDone();
    expect(await told(ada, id)).toEqual([TWO_WEEKS]);
    await mutate(ada, 'apiTokenRevoke', { id });
    await untilDone();
    expect([await told(ada, id), await dueBefore(id)]).toEqual([[], null]);
  });
});
