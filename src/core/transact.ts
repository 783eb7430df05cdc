import type { Prisma } from '../generated/prisma/client.ts';
import type { Actor, Entity, EntityRow } from './change.ts';

/**
 * What a command may do inside its transaction: read and write rows, and say what it changed. What it says is
 * written into the change log by the same transaction, just before it commits.
 */
export interface Transaction {
  readonly db: Prisma.TransactionClient;
  /** Says who acts, where only the transaction finds out: whoever signs in is nobody before. */
  actAs(actor: Actor): void;
  /** Waits for a row until no other transaction can change it. Read the row after this, not before. */
  lock<Row extends EntityRow>(entity: Entity<Row>, id: string): Promise<void>;
  /** Waits until none can change it, or point at it, either: what points at it can then be counted. */
  lockToDelete<Row extends EntityRow>(entity: Entity<Row>, id: string): Promise<void>;
  /**
   * Keeps a row from being deleted until the transaction has ended, for rows that will point at it. Others may keep
   * and change it meanwhile. False if there is no such row.
   */
  lockAgainstDelete<Row extends EntityRow>(entity: Entity<Row>, id: string): Promise<boolean>;
  /** Records that a row was created. */
  created<Row extends EntityRow>(entity: Entity<Row>, row: Row): void;
  /**
   * Writes the columns of `data` that differ from the row `before`, as one change, and records it. With none, it
   * writes nothing and answers `before`. `write` is given the new version beside the columns.
   */
  update<Row extends EntityRow, Data extends Partial<Row>>(
    entity: Entity<Row>,
    before: Row,
    data: Data,
    write: (change: Data & NextVersion) => Promise<Row>,
  ): Promise<Row>;
  /** Records that a row was deleted. */
  deleted<Row extends EntityRow>(entity: Entity<Row>, row: Row): void;
}

/** What every update writes beside its columns. */
export interface NextVersion {
  readonly version: { readonly increment: 1 };
}

/** What a transaction left behind. */
export interface Written<Value> {
  readonly value: Value;
  /** The place of the write in its feed; null when nothing changed. */
  readonly cursor: string | null;
}

/** What makes a request repeatable: its key and all that it asks for; undefined without a key. */
export function idempotent(
  key: string | null | undefined,
  ...request: readonly unknown[]
): Idempotency | undefined {
  return key == null ? undefined : { key, request };
}

/** Idempotency key: repeating the mutation with the same key within 24 hours returns the first result instead of applying it again. */
export interface Idempotency {
  readonly key: string;
  /** What the request asks for; the same key with anything else is refused. */
  readonly request: unknown;
}

/**
 * Runs `work` in one READ COMMITTED transaction together with its change-log rows and the reactions of other
 * rooms. Throwing rolls everything back. If PostgreSQL ends the transaction so that another one can go on, `work` is run
 * again: it changes nothing outside of it. After the commit the changes are announced to all nodes.
 */
export type Transact = <Value>(
  work: (tx: Transaction) => Promise<Value>,
  idempotency?: Idempotency,
) => Promise<Written<Value>>;
