import type { Person } from './person.ts';

/** The answer to a file. */
export interface ImportAnswer {
  readonly status: number;
  readonly rule?: string;
  readonly bulkJobId: string | null;
  readonly cursor: string | null;
  readonly bulkJob: object | null;
  readonly userErrors: readonly {
    readonly code: string;
    readonly rule: string;
    readonly message: string;
    readonly path: readonly string[];
    readonly params: readonly { readonly name: string; readonly value: string }[];
  }[];
}

/** The result of a line. */
export interface LineOutcome {
  readonly targetId: string;
  readonly line: number;
  readonly status: string;
  readonly outcome: string | null;
  readonly userErrors: readonly Omit<ImportAnswer['userErrors'][number], 'params'>[];
}

/** The time in which an import of thousands of lines ends on a busy machine. */
const WHILE_IT_RUNS_MS = 240_000;

const COMPLETED = `subscription ($tenantId: ID, $after: Cursor) {
  bulkJobCompleted(tenantId: $tenantId, after: $after) { bulkJob { id } } }`;
const ITEMS = `query ($id: ID!, $after: String) { bulkJob(id: $id) { kind status total succeededCount failedCount
  items(first: 100, after: $after) { pageInfo { hasNextPage endCursor }
    nodes { targetId line status outcome userErrors { code rule message path } } } } }`;

/** Sends a file of customers as a program does that is none of ours. */
export async function sendFile(
  person: Person,
  body: string | Buffer,
  parameters: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<ImportAnswer> {
  const answer = await fetch(`${person.url}/imports/customers?${new URLSearchParams(parameters)}`, {
    method: 'POST',
    headers: { ...headers, ...(person.token ? { authorization: `Bearer ${person.token}` } : {}) },
    body: new Uint8Array(Buffer.from(body)),
  });
  const { data, errors } = (await answer.json()) as {
    data?: { customersImport: Omit<ImportAnswer, 'status'> };
    errors?: { extensions: { rule: string } }[];
  };
  if (data) return { status: answer.status, ...data.customersImport };
  const rule = errors?.[0]?.extensions.rule ?? '';
  return { status: answer.status, rule, bulkJobId: null, cursor: null, bulkJob: null, userErrors: [] };
}

/** Waits for the end of the job of an import, and gives it with all its lines. */
export async function importEnd(
  person: Person,
  { bulkJobId: id, cursor: after }: ImportAnswer,
  tenantId: string,
) {
  const ended = person.follow(COMPLETED, { tenantId, after });
  for (;;) {
    const { bulkJob } = (await ended.event(WHILE_IT_RUNS_MS)) as { bulkJob: { id: string } };
    if (bulkJob.id === id) break;
  }
  await ended.close();
  return linesOf(person, id);
}

/** The job of an import with all its lines, page by page. */
async function linesOf(person: Person, id: string | null) {
  const lines: LineOutcome[] = [];
  for (let after: string | null = null; ; ) {
    const { bulkJob } = await person.ask(ITEMS, { id, after });
    const { items, ...job } = bulkJob;
    lines.push(...items.nodes);
    if (!items.pageInfo.hasNextPage) return { job, lines };
    after = items.pageInfo.endCursor;
  }
}

/** Sends a file that must be taken, and waits for the end of its job. */
export async function importFile(
  person: Person,
  tenantId: string,
  body: string | Buffer,
  parameters: Record<string, string> = {},
) {
  const answer = await sendFile(person, body, { tenantId, ...parameters });
  if (answer.status !== 202) throw new Error(JSON.stringify(answer));
  return importEnd(person, answer, tenantId);
}
