import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fold } from '../../src/lib/fold.ts';
import { PLATFORM_ADMIN } from '../support/app.ts';
import { DELETE, doInBulk, UPDATE, WHILE_A_JOB_RUNS_MS } from '../support/bulk.ts';
import { Installation, signIn, type TestTenant, type TestUser } from '../support/installation.ts';
import { mutate } from '../support/mutate.ts';
import { Person } from '../support/person.ts';
import { killed, listening, Programs } from '../support/program.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { TableDump } from '../support/table-dump.ts';
import { aDatabase, type TestDatabase } from '../support/test-database.ts';
import { listOf, Window } from '../support/window.ts';

const NAME = 'Somebody';
const DEPARTMENT = 'temporary';

/** Inserts so many users of a tenant in one statement. No change announces them, as if they had always been there. */
async function someUsers(tables: TableDump, tenantId: string, count: number): Promise<string[]> {
  const rows = (await tables.run(
    `INSERT INTO "user" (id, tenant_id, name, name_fold, email, role, department, updated_at)
      SELECT id, $1, '${NAME}', '${fold(NAME)}', id || '@lockstep.test', 'CSR', '${DEPARTMENT}', now()
      FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, $2)) AS ids RETURNING id`,
    [tenantId, count],
  )) as { id: string }[];
  return rows.map(({ id }) => id).toSorted();
}

/** Creates a user of a tenant, with a change. */
async function hire(root: Person, tenantId: string): Promise<void> {
  const email = `${crypto.randomUUID()}@lockstep.test`;
  await mutate(root, 'userCreate', {
    input: { tenantId, role: 'CSR', name: NAME, email, department: DEPARTMENT },
  });
}

const TEMPORARY = { department: { equals: DEPARTMENT } };
const JOB = 'query ($id: ID!) { bulkJob(id: $id) { status total succeededCount failedCount } }';

describeOnPostgres('a bulk job', () => {
  let installation: Installation;
  let acme: TestTenant;
  let ada: TestUser;
  let tables: TableDump;

  beforeAll(async () => {
    installation = await Installation.start();
    acme = await installation.aTenant('Acme');
    ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    tables = await TableDump.open(installation.app.config.databaseUrl);
  });

  afterAll(async () => {
    await tables.close();
    await installation.stop();
  });

  test('S O D: two windows stay identical while 1,000 users are deleted and others change', async () => {
    const bob = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    await someUsers(tables, acme.id, 1_000);
    const windows = [await Window.open(ada), await Window.open(bob)] as const;

    const { usersDelete } = await ada.ask(DELETE, { filter: TEMPORARY });
    expect(usersDelete.bulkJob).toEqual({ status: 'QUEUED', total: 1_000 });
    const hiring = Array.from({ length: 30 }, () => hire(installation.root, acme.id));
    await Promise.all(windows.map((window) => window.untilJobEnds()));
    await Promise.all(hiring);
    await doInBulk(bob, acme.id, UPDATE, { filter: TEMPORARY, add: ['kept'] });
    await Promise.all(windows.map((window) => window.untilJobEnds()));

    expect(windows[0].told).toEqual(windows[1].told);
    expect(windows[0].told.filter((one) => one.startsWith('UserDeleted'))).toHaveLength(1_000);
    const { users } = await listOf(bob);
    expect(users).toHaveLength(2 + 30);
    expect(windows.map(({ shown }) => shown)).toEqual([users, users]);
  });

  /** Waits until so many statements wait for a lock of another session. */
  async function untilWaiting(count: number): Promise<void> {
    const bystander = await TableDump.open(installation.app.config.databaseUrl);
    const waiting = () =>
      bystander.run(
        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      );
    while ((await waiting()).length < count);
    await bystander.close();
  }

  test('A: the same key returns the same job, and is refused for another one', async () => {
    const [first, second] = await someUsers(tables, acme.id, 2);
    const [key, after] = [crypto.randomUUID(), await ada.now(acme.id)];
    const jobs = await Promise.all([1, 2, 3].map(() => ada.ask(DELETE, { ids: [first], key })));
    expect(new Set(jobs.map(({ usersDelete }) => usersDelete.bulkJobId)).size).toBe(1);
    const { data } = await ada.run(DELETE, { ids: [second], key });
    expect(data.usersDelete.userErrors).toMatchObject([{ code: 'ALREADY_EXISTS', path: ['idempotencyKey'] }]);
    const ended = ada.follow(
      'subscription ($after: Cursor) { usersDeleted(after: $after) { bulkJob { total succeededCount } } }',
      { after },
    );
    expect(await ended.event()).toEqual({ bulkJob: { total: 1, succeededCount: 1 } });
    expect((await listOf(ada)).users.map(({ id }) => id)).toContain(second);
  });

  test('X: items are refused, one by one, once the requester has lost the right to do them', async () => {
    const eve = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    const ids = await someUsers(tables, acme.id, 60);
    const ended = ada.follow(
      'subscription ($after: Cursor) { bulkJobCompleted(after: $after) { bulkJob { id } } }',
      { after: await ada.now(acme.id) },
    );
    // The first batch cannot end before the rights have been withdrawn.
    await tables.run('BEGIN');
    await tables.run('SELECT 1 FROM "user" WHERE id = $1 FOR UPDATE', [ids[0]]);
    const { usersDelete } = await eve.ask(DELETE, { ids });
    const began = ada.follow(
      'subscription ($after: Cursor) { bulkJobUpdated(after: $after) { bulkJob { id } } }',
      {
        after: usersDelete.cursor,
      },
    );
    await began.take(1);
    await ada.ask('mutation ($id: ID!) { userRoleSet(id: $id, role: CSR) { userErrors { message } } }', {
      id: eve.userId,
    });
    await tables.run('COMMIT');
    await ended.event(WHILE_A_JOB_RUNS_MS);
    const { bulkJob } = await ada.ask(
      'query ($id: ID!) { bulkJob(id: $id) { items(last: 1, status: FAILED) { totalCount nodes { errorCode message } } } }',
      { id: usersDelete.bulkJobId },
    );
    expect(bulkJob.items.totalCount).toBeGreaterThanOrEqual(60 - 25);
    expect(bulkJob.items.nodes).toEqual([
      { errorCode: 'FORBIDDEN_CHANGE', message: 'The user who requested the job may no longer do this.' },
    ]);
  });

  test('a cancelled job leaves the remaining items alone, and cannot be cancelled again', async () => {
    const ids = await someUsers(tables, acme.id, 60);
    const CANCEL = `mutation ($id: ID!) { bulkJobCancel(id: $id) {
      bulkJob { status succeededCount } userErrors { code message } } }`;
    await tables.run('BEGIN');
    await tables.run('SELECT 1 FROM "user" WHERE id = $1 FOR UPDATE', [ids[0]]);
    const { usersDelete } = await ada.ask(DELETE, { ids });
    const updates = ada.follow(
      'subscription ($after: Cursor) { bulkJobUpdated(after: $after) { bulkJob { status } } }',
      { after: usersDelete.cursor },
    );
    await updates.take(1);
    await untilWaiting(1);
    const cancelling = ada.ask(CANCEL, { id: usersDelete.bulkJobId });
    // The batch waits for the user and the cancellation waits for the batch, so it comes before the next batch.
    await untilWaiting(2);
    await tables.run('COMMIT');
    const { bulkJob } = (await cancelling).bulkJobCancel;
    expect(bulkJob.status).toBe('CANCELLED');
    expect(bulkJob.succeededCount).toBeLessThan(60);
    const left = await listOf(ada);
    expect(left.users.filter(({ id }) => ids.includes(id))).toHaveLength(60 - bulkJob.succeededCount);
    const again = await ada.run(CANCEL, { id: usersDelete.bulkJobId });
    expect(again.data.bulkJobCancel.userErrors).toMatchObject([{ code: 'INVALID_STATE' }]);
  });

  test('an item at which the server fails is given up after three attempts, and all others are done', async () => {
    const ids = await someUsers(tables, acme.id, 30);
    const poison = ids[3] as string;
    await tables.run(`CREATE FUNCTION break_down() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'broken'; END $$`);
    await tables.run(`CREATE TRIGGER break_down BEFORE DELETE ON "user" FOR EACH ROW
      WHEN (OLD.id = '${poison}') EXECUTE FUNCTION break_down()`);
    const job = await doInBulk(ada, acme.id, DELETE, { ids });
    await tables.run('DROP FUNCTION break_down CASCADE');
    expect(job).toMatchObject({ status: 'COMPLETED', succeededCount: 29, failedCount: 1 });
    const failed = job.items.nodes.filter(({ status }: { status: string }) => status !== 'SUCCEEDED');
    const message = 'The server failed at it; its log says why.';
    expect(failed).toEqual([{ targetId: poison, status: 'FAILED', errorCode: null, message }]);
    expect((await listOf(ada)).users.map(({ id }) => id)).toContain(poison);
  });

  test('a job does not wait for the jobs of another tenant', async () => {
    const globex = await installation.aTenant('Globex');
    const eve = await installation.aUser('TENANT_ADMIN', { tenantId: globex.id });
    const nobodies = () => Array.from({ length: 10_000 }, () => crypto.randomUUID());
    const asked = [await ada.ask(DELETE, { ids: nobodies() }), await ada.ask(DELETE, { ids: nobodies() })];
    const job = await doInBulk(eve, globex.id, DELETE, { ids: [crypto.randomUUID()] });
    expect(job.status).toBe('COMPLETED');
    const waiting = asked.map(({ usersDelete }) => usersDelete.bulkJobId);
    for (const id of waiting) {
      expect((await ada.ask(JOB, { id })).bulkJob.status).not.toBe('COMPLETED');
      const CANCEL = 'mutation ($id: ID!) { bulkJobCancel(id: $id) { userErrors { message } } }';
      await ada.ask(CANCEL, { id });
    }
  });

  test('a job of 10,000 items completes, and a subscription receives its progress', async () => {
    const ids = Array.from({ length: 10_000 }, () => crypto.randomUUID());
    const progress = ada.follow(
      'subscription { bulkJobProgressed { bulkJobId total doneCount succeededCount failedCount } }',
    );
    const job = await doInBulk(ada, acme.id, DELETE, { ids });
    expect(job).toMatchObject({ status: 'COMPLETED', total: 10_000, succeededCount: 0, failedCount: 10_000 });
    const told = async () => (await progress.event()) as { bulkJobId: string };
    let last = await told();
    // The jobs of other tests may still send progress.
    while (last.bulkJobId !== job.id) last = await told();
    expect(last).toMatchObject({ total: 10_000, succeededCount: 0 });
  });
});

describeOnPostgres('a server that is killed in the middle of a bulk job', () => {
  let database: TestDatabase;
  let dataDir: string;
  let programs: Programs;

  beforeAll(async () => {
    database = await aDatabase();
    dataDir = await mkdtemp(path.join(tmpdir(), 'lockstep-bulk-'));
    programs = new Programs(dataDir);
  });

  afterAll(async () => {
    await programs.killAll();
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const started = () =>
    programs.start({
      DATABASE_URL: database.url,
      JWT_SECRET: 'a secret for tests that is long enough',
      ADMIN_EMAIL: PLATFORM_ADMIN.email,
      ADMIN_PASSWORD: PLATFORM_ADMIN.password,
    });

  test('A L: continues after the next start: each item is done once, and subscriptions receive the end', async () => {
    const first = started();
    const url = await listening(first);
    const root = new Person(url, await signIn(url, PLATFORM_ADMIN.email, PLATFORM_ADMIN.password));
    const tenantId = await aTenant(root);
    const tables = await TableDump.open(database.url);
    const ids = await someUsers(tables, tenantId, 500);
    const after = await root.now(tenantId);
    const deleted = root.follow(
      'subscription ($id: ID, $after: Cursor) { userDeleted(tenantId: $id, after: $after) { userId } }',
      { id: tenantId, after },
    );
    // The job reaches the middle and no further, however long it takes to kill the server there.
    await tables.run('BEGIN');
    await tables.run('SELECT 1 FROM "user" WHERE id = $1 FOR UPDATE', [ids[250]]);
    const { usersDelete } = await root.ask(DELETE, { tenantId, filter: TEMPORARY });
    await deleted.take(200);
    await killed(first);
    await root.leave();

    expect(await tables.run('SELECT status FROM bulk_job')).toEqual([{ status: 'RUNNING' }]);
    await tables.run('COMMIT');
    const second = await listening(started());
    const again = new Person(second, root.token);
    const ended = again.follow(
      'subscription ($id: ID, $after: Cursor) { bulkJobCompleted(tenantId: $id, after: $after) { bulkJob { succeededCount } } }',
      { id: tenantId, after },
    );
    expect(await ended.event(WHILE_A_JOB_RUNS_MS)).toEqual({ bulkJob: { succeededCount: 500 } });

    const { bulkJob } = await again.ask(JOB, { id: usersDelete.bulkJobId });
    expect(bulkJob).toEqual({ status: 'COMPLETED', total: 500, succeededCount: 500, failedCount: 0 });
    const deletions = await tables.run(
      "SELECT count(*)::int AS all, count(DISTINCT entity_id)::int AS users FROM change WHERE entity = 'User' AND kind = 'DELETED'",
    );
    expect(deletions).toEqual([{ all: 500, users: 500 }]);
    await tables.close();
    await again.leave();
  });

  async function aTenant(root: Person): Promise<string> {
    const { organizationCreate } = await root.ask(
      'mutation { organizationCreate(input: { name: "Acme", slug: "acme" }) { organizationId userErrors { message } } }',
    );
    const { tenantCreate } = await root.ask(
      'mutation ($id: ID!) { tenantCreate(input: { organizationId: $id, name: "Acme", slug: "acme" }) { tenantId userErrors { message } } }',
      { id: organizationCreate.organizationId },
    );
    return tenantCreate.tenantId;
  }
});
