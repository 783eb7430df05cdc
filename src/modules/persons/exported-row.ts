import type { PrismaClient } from '../../generated/prisma/client.ts';

/** One line of an export: the exported columns of a row. */
export interface ExportedRow {
  readonly table: string;
  /** Of an entry of the change log: the entity, the kind and the time of the change. */
  readonly entity?: string;
  readonly kind?: string;
  readonly occurredAt?: Date;
  readonly row: object;
}

/** Runs one statement of an export. */
export type Read = <Value>(statement: (db: PrismaClient) => Promise<Value>) => Promise<Value>;

/** Takes the columns of a row that an export shows. */
export function columnsOf(row: object, columns: readonly string[]): object {
  const values = row as Record<string, unknown>;
  return Object.fromEntries(columns.map((name) => [name, values[name] ?? null]));
}

/** Leaves out who acted, unless it was the person: an export names no staff and no other person. */
export function withoutOthers<Row extends object>(row: Row, isActor: boolean): object {
  if (isActor) return row;
  const actor = ['actorId', 'actorName', 'ip', 'requestId'].filter((name) => name in row);
  return { ...row, ...Object.fromEntries(actor.map((name) => [name, null])) };
}
