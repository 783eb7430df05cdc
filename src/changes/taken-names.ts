import { alreadyExists } from '../core/requests/errors.ts';
import type { EntityRow } from '../core/rows/change.ts';
import { columnOf, foldOf, type ModelName, modelOf } from '../core/rows/models.ts';
import { tableOf } from '../db/table.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import { fold, foldName } from '../lib/fold.ts';
import type { Step } from './recording.ts';

type Row = EntityRow & Readonly<Record<string, unknown>>;

/**
 * Refuses a name that looks like one that is taken, e.g. `GOLD` beside `Gold`; throws ALREADY_EXISTS. The unique index
 * refuses an equal name only: a stricter index could not be built where older rows have such names.
 */
export async function requireFreeNames(db: Prisma.TransactionClient, steps: readonly Step[]): Promise<void> {
  for (const { entity, before, after } of steps) {
    for (const [index, { field, refusal }] of Object.entries(entity.unique ?? {})) {
      const columns = modelOf(entity.name).uniqueNames[index] ?? [];
      const isNew = columns.some((column) => (before as Row | null)?.[column] !== (after as Row)?.[column]);
      if (!after || !isNew || !(await hasTwin(db, entity.name, columns, after as Row))) continue;
      throw alreadyExists(refusal, 'input', field);
    }
  }
}

/** Whether another row has a name that differs in nothing but what a fold of names ignores. */
async function hasTwin(
  db: Prisma.TransactionClient,
  name: ModelName,
  columns: readonly string[],
  row: Row,
): Promise<boolean> {
  const texts = columns.filter((column) => columnOf(name, column).isFolded);
  if (texts.some((text) => row[text] === null)) return false; // a name that is absent
  const alike = Object.fromEntries(
    columns.map((column) =>
      texts.includes(column) ? [foldOf(column), fold(String(row[column]))] : [column, row[column]],
    ),
  );
  // Held until the transaction ends: otherwise two concurrent writers could both find the name free.
  await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${name}), hashtext(${JSON.stringify(alike)}))`;
  const found = await tableOf<Row>(db, { name }).findMany({ where: { ...alike, id: { not: row.id } } });
  return found.some((other) =>
    texts.every((text) => foldName(String(other[text])) === foldName(String(row[text]))),
  );
}
