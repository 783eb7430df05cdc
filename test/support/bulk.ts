import type { Person, Variables } from './person.ts';

/** The time in which a job of thousands of items ends on a busy machine. */
export const WHILE_A_JOB_RUNS_MS = 90_000;

const COMPLETED = `subscription ($tenantId: ID, $after: Cursor) {
  bulkJobCompleted(tenantId: $tenantId, after: $after) { cursor bulkJob { id } } }`;
const JOB = `query ($id: ID!) { bulkJob(id: $id) { id kind status total doneCount succeededCount failedCount startedAt completedAt
  items(first: 100) { totalCount nodes { targetId status errorCode message } } } }`;

/** A bulk job as its items and counts are when it has ended. */
// biome-ignore lint/suspicious/noExplicitAny: tests look at whatever the query selected
export type EndedJob = any;

/** Asks for a bulk job with a mutation that answers `bulkJob`, and waits for its end. */
export async function doInBulk(
  person: Person,
  tenantId: string,
  mutation: string,
  variables: Variables,
): Promise<EndedJob> {
  const ended = person.follow(COMPLETED, { tenantId, after: await person.now(tenantId) });
  const data = await person.ask(mutation, { tenantId, ...variables });
  const { bulkJobId } = Object.values(data)[0] as { bulkJobId: string };
  for (;;) {
    const { bulkJob } = (await ended.event(WHILE_A_JOB_RUNS_MS)) as { bulkJob: { id: string } };
    if (bulkJob.id === bulkJobId) break;
  }
  await ended.close();
  return (await person.ask(JOB, { id: bulkJobId })).bulkJob;
}

export const DELETE = `mutation ($tenantId: ID, $ids: [ID!], $filter: UserFilter, $key: String) {
  usersDelete(tenantId: $tenantId, ids: $ids, filter: $filter, idempotencyKey: $key) {
    bulkJobId cursor bulkJob { status total } userErrors { code message path } } }`;

export const UPDATE = `mutation ($tenantId: ID, $ids: [ID!], $filter: UserFilter, $add: [String!], $remove: [String!]) {
  usersAttributesUpdate(tenantId: $tenantId, ids: $ids, filter: $filter, add: $add, remove: $remove) {
    bulkJobId cursor bulkJob { status total } userErrors { code message path } } }`;

export const DELETE_POLICIES = `mutation ($tenantId: ID, $ids: [ID!], $filter: FileAccessPolicyFilter) {
  fileAccessPoliciesDelete(tenantId: $tenantId, ids: $ids, filter: $filter) {
    bulkJobId cursor bulkJob { status total } userErrors { code message path } } }`;
