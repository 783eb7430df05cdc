import type { Prisma } from '../../generated/prisma/client.ts';
import type { Actor } from './actor.ts';
import type { Entity, EntityRow } from './change.ts';
import type { DueKind } from './due-kind.ts';

/**
 * The transaction of a command: it reads and writes rows and records the changes. The same transaction writes the
 * recorded changes into the change log, just before it commits.
 */
export interface Transaction {
  readonly db: Prisma.TransactionClient;
  /** Sets the actor, where only the transaction can find it out: a client that signs in has no user before. */
  actAs(actor: Actor): void;
  /**
   * Waits for a row until no other transaction can change it. Read the row after this, not before. False if there is no
   * such row: one that is there a moment later is not locked.
   */
  lock(entity: Pick<Entity<never>, 'name'>, id: string): Promise<boolean>;
  /**
   * Waits until no other transaction can change the row or refer to it. After this, the rows that refer to it can be
   * counted.
   */
  lockToDelete(entity: Pick<Entity<never>, 'name'>, id: string): Promise<void>;
  /**
   * Keeps a row from being deleted until the transaction has ended, for rows that will refer to it. Other transactions
   * may hold the same lock and may change the row meanwhile. False if there is no such row.
   */
  lockAgainstDelete(entity: Pick<Entity<never>, 'name'>, id: string): Promise<boolean>;
  /**
   * Waits until no other transaction is changing a row, and keeps it from being changed or deleted until this one has
   * ended. Other transactions may hold the same lock meanwhile. A transaction that holds it does not change the row: of
   * two such, each would wait for the other.
   */
  lockAgainstChange(entity: Pick<Entity<never>, 'name'>, id: string): Promise<void>;
  /** Records that a row was created, and returns the row. */
  created<Row extends EntityRow>(entity: Entity<Row>, row: Row): Row;
  /**
   * Writes the columns of `data` that differ from the row `before`, as one change, and records it. If none differs, it
   * writes nothing and returns `before`. `write` replaces Prisma's `update`; it receives the columns and the new
   * version.
   */
  update<Row extends EntityRow, Data extends Partial<Row>>(
    entity: Entity<Row>,
    before: Row,
    data: Data,
    write?: (change: Data & NextVersion) => Promise<Row>,
  ): Promise<Row>;
  /**
   * Deletes a row that `lockToDelete` has locked, records it, and returns the row. Throws IN_USE before it writes if
   * rows of another entity refer to it.
   */
  delete<Row extends EntityRow>(entity: Entity<Row>, row: Row): Promise<Row>;
  /** Records that a row was deleted by other means. */
  deleted<Row extends EntityRow>(entity: Entity<Row>, row: Row): void;
  /**
   * The time of the database's clock when the transaction first asks for it, in milliseconds. Ask after the row is
   * locked: then of two transactions that change it, the later one has the later time.
   */
  now(): Promise<Date>;
  /**
   * Has the DueAction of this kind done to the row once `at` has come, in place of an earlier time for the same row and
   * kind. The row must be new, or locked by this transaction.
   */
  schedule<Row extends EntityRow>(kind: DueKind<Row>, row: Row, at: Date): Promise<void>;
  /**
   * Has the DueAction of this kind done now to the rows that a query selects, in one statement. The query gives the `id`
   * and the `feed` of each.
   */
  scheduleNow<Row extends EntityRow>(kind: DueKind<Row>, rows: Prisma.Sql): Promise<void>;
  /** Records that a statement of this transaction has made due what was scheduled: it begins after the commit. */
  madeDue(): void;
  /** Takes back what was scheduled for the row, which must be locked by this transaction. */
  unschedule<Row extends EntityRow>(kind: DueKind<Row>, row: Row): Promise<void>;
}

/** The part of an update that increments the version. */
export interface NextVersion {
  readonly version: { readonly increment: 1 };
}

/** The result of a transaction. */
export interface Written<Value> {
  readonly value: Value;
  /** The position of the write in its feed; null when nothing changed. */
  readonly cursor: string | null;
}

/**
 * The key of a request that clients may repeat: repeating it within 24 hours returns the first result and changes
 * nothing.
 */
export interface Idempotency {
  readonly key: string;
  /** The mutation and its arguments. The same key with another mutation or other arguments is refused. */
  readonly request: unknown;
}

/** In the place of `idempotency`, for the transactions of a command before its last one. */
export const BEFORE_THE_LAST = null;

/**
 * Runs `work` in one READ COMMITTED transaction, together with its change-log rows and the reactions of other rooms.
 * Throwing rolls everything back. If PostgreSQL ends the transaction because of a conflict with another one, `work` is
 * run again, so it must change nothing outside the transaction. After the commit the changes are announced to all
 * nodes.
 *
 * In a command, `idempotency` is that of the mutation. A command of several transactions passes BEFORE_THE_LAST for all
 * but the last one: those are not the effect of the request, and a repeated request may run them again.
 */
export type Transact = <Value>(
  work: (tx: Transaction) => Promise<Value>,
  idempotency?: Idempotency | typeof BEFORE_THE_LAST,
) => Promise<Written<Value>>;

/**
 * Runs `work` with the reactions of other rooms and all that a transaction checks before its commit, returns the result,
 * and takes everything back. Throws what the commit would be refused for.
 */
export type TryOut = <Value>(work: (tx: Transaction) => Promise<Value>) => Promise<Value>;
