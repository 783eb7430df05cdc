import { expect, test } from '@jest/globals';
import { DELETE, WHILE_A_JOB_RUNS_MS } from '../support/bulk.ts';
import { HeldRow } from '../support/held-row.ts';
import type { TestTenant } from '../support/installation.ts';
import { mutate } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada, globex, gil } = await aStage({
  acme: { ada: 'TENANT_ADMIN' },
  globex: { gil: 'TENANT_ADMIN' },
});
const { root } = installation;

const COMPLETED = `subscription ($tenantId: ID, $after: Cursor) {
  bulkJobCompleted(tenantId: $tenantId, after: $after) { bulkJob { id } } }`;
const JOB = 'query ($id: ID!) { bulkJob(id: $id) { status doneCount succeededCount failedCount } }';
const USERS = 3;

async function someUsers({ id: tenantId }: TestTenant): Promise<string[]> {
  const ids: string[] = [];
  for (let count = 0; count < USERS; count += 1)
    ids.push((await installation.aUser('CSR', { tenantId })).userId);
  return ids;
}

/** Asks for the deletion of users, and gives the id of the job. */
async function deletion(by: Person, { id: tenantId }: TestTenant, ids: readonly string[]): Promise<string> {
  return (await by.ask(DELETE, { tenantId, ids })).usersDelete.bulkJobId;
}

/** Waits for the end of a job. */
async function untilDone(
  by: Person,
  { id: tenantId }: TestTenant,
  after: string,
  job: string,
): Promise<void> {
  const ended = by.follow(COMPLETED, { tenantId, after });
  for (;;) {
    const { bulkJob } = (await ended.event(WHILE_A_JOB_RUNS_MS)) as { bulkJob: { id: string } };
    if (bulkJob.id === job) return;
  }
}

const stateOf = async (id: string) => (await root.ask(JOB, { id })).bulkJob;

describeOnPostgres('a bulk job whose tenant is archived before it begins', () => {
  test('74: rests while the jobs of others are done, and is done once after the restore', async () => {
    const [ours, theirs, more] = [await someUsers(acme), await someUsers(globex), await someUsers(globex)];
    const [ourCursor, theirCursor] = [await ada.now(acme.id), await gil.now(globex.id)];
    // The only node does one batch at a time: while it waits for this row, it begins no other job.
    const held = await HeldRow.of(`${installation.app.config.databaseUrl}`, '"user"', String(theirs[0]));
    const first = await deletion(gil, globex, theirs);
    await held.untilAwaited(1);
    const resting = await deletion(ada, acme, ours);
    await mutate(root, 'tenantArchive', { id: acme.id, input: {} });
    await held.release();
    await untilDone(gil, globex, theirCursor, first);
    // A round of the node takes the older job first.
    const second = await deletion(gil, globex, more);
    await untilDone(gil, globex, theirCursor, second);
    expect(await stateOf(resting)).toEqual({
      status: 'QUEUED',
      doneCount: 0,
      succeededCount: 0,
      failedCount: 0,
    });

    await mutate(root, 'tenantRestore', { id: acme.id });
    await untilDone(root, acme, ourCursor, resting);
    expect(await stateOf(resting)).toEqual({
      status: 'COMPLETED',
      doneCount: USERS,
      succeededCount: USERS,
      failedCount: 0,
    });
  });
});
