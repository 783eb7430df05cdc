import { mutate } from './mutate.ts';
import type { Person } from './person.ts';
import type { TableDump } from './table-dump.ts';

const FOUND = `query ($id: ID!) { tenantErasures(filter: { tenantId: { equals: $id } }, first: 1) { feedCursor nodes { id } } }`;
const CHANGED = `subscription ($after: Cursor) { tenantErasureUpdated(after: $after) { tenantErasure { id status } } }`;

/** The erasure of an archived tenant, and a position from before it begins. */
export interface TestErasure {
  readonly id: string;
  readonly after: string;
}

/** Archives a tenant for a day. */
export async function archivedForErasing(root: Person, id: string): Promise<TestErasure> {
  await mutate(root, 'tenantArchive', { id, input: { graceDays: 1 } });
  const { feedCursor: after, nodes } = (await root.ask(FOUND, { id })).tenantErasures;
  return { id: nodes[0].id, after };
}

/** Has the time of grace be over. */
export async function endGrace(tables: TableDump, { id }: TestErasure): Promise<void> {
  await tables.run(
    "UPDATE due_work SET due_at = now(), try_at = now() WHERE kind = 'tenantErasing' AND subject_id = $1",
    [id],
  );
}

/** Waits until an erasure has a status. */
export async function untilErasureIs(
  root: Person,
  { id, after }: TestErasure,
  status: string,
): Promise<void> {
  const stream = root.follow(CHANGED, { after });
  try {
    for (;;) {
      const { tenantErasure } = (await stream.event(120_000)) as {
        tenantErasure: { id: string; status: string };
      };
      if (tenantErasure.id === id && tenantErasure.status === status) return;
    }
  } finally {
    await stream.close();
  }
}
