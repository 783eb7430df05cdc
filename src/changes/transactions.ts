import type { FeedPositions } from '../core/feeds/feed-positions.ts';
import { alreadyExists, type UserErrors } from '../core/requests/errors.ts';
import { OperationBudget } from '../core/requests/operation-budget.ts';
import { currentSpan, inSpan, withoutSpan } from '../core/requests/tracing.ts';
import type { Change, EntityRow } from '../core/rows/change.ts';
import { columnNamesOf } from '../core/rows/models.ts';
import type { Reaction, Tally } from '../core/rows/reaction.ts';
import type { Idempotency, Transact, Transaction, Written } from '../core/rows/transact.ts';
import { isRefusedCommit } from '../db/refused-commit.ts';
import { violatedIndex } from '../db/unique-violation.ts';
import { repeatOnConflict } from '../db/write-conflict.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { ChangeLog } from './change-log.ts';
import { isOfErasedTenant, tenantIsErased } from './erased-tenants.ts';
import { claimKey, type FirstAnswer, releaseKey, settleKey } from './idempotency.ts';
import { insertChanges } from './insert-changes.ts';
import { type NewChange, type Origin, Recording, type Step, toRows } from './recording.ts';
import { type Entities, revive } from './stored-change.ts';
import { requireFreeNames } from './taken-names.ts';
import type { WakeUps } from './wake-ups.ts';

/**
 * The changes after its own that a repeated request reads to find the end of the first transaction. Of a longer one the
 * cursor is earlier than the first answer's, so some events come twice and none is missing.
 */
const MAX_READ_AFTER = 100;

/** The dependencies of Transactions. */
export interface WriteParts {
  readonly prisma: PrismaClient;
  readonly changeLog: ChangeLog;
  readonly wakeUps: WakeUps;
  readonly feedPositions: FeedPositions;
  readonly entities: Entities;
  readonly reactions: readonly Reaction[];
  readonly tallies: readonly Tally[];
  /** Called with the changes of each transaction after it is committed. */
  readonly onWritten?: (changes: readonly NewChange[]) => void;
}

/** The result of a committed transaction and its changes in the log. */
interface Committed<Value> {
  readonly value: Value;
  readonly rows: readonly NewChange[];
  readonly isDueSoon: boolean;
}

/** Rolls a transaction back that was only tried, and carries its result. */
class Tried extends Error {
  override readonly name = 'Tried';
  readonly value: unknown;

  constructor(value: unknown) {
    super('The transaction was tried, and is taken back.');
    this.value = value;
  }
}

/**
 * The life of a write:
 *
 *     BEGIN ── work ── reactions ── tallies ── INSERT INTO change ── COMMIT ── read seq ── wake-ups ── answer
 *                                                                      └ the deferred trigger numbers the changes
 *
 * The log rows are inserted last, ordered by feed, and numbered at COMMIT. So a feed's row lock is held during none of
 * our round trips, and two transactions that touch the same feeds take the locks in the same order. The rows that
 * `work` locks have no such order: if two transactions wait for each other, PostgreSQL ends one of them, and it runs
 * again.
 */
export class Transactions {
  readonly #parts: WriteParts;
  readonly #onDueSoon = new Set<() => void>();

  constructor(parts: WriteParts) {
    this.#parts = parts;
  }

  /**
   * Calls `wake` after the commit of each transaction that has scheduled work for now or soon, until the returned
   * function is called. A transaction that is rolled back calls nothing.
   */
  onDueSoon(wake: () => void): () => void {
    this.#onDueSoon.add(wake);
    return () => this.#onDueSoon.delete(wake);
  }

  /** Makes the `transact` of one operation with its actor and request. */
  of(origin: Origin): Transact {
    return (work, idempotency) => this.#transact(origin, work, idempotency);
  }

  /** Tries what a transaction would do; see TryOut. */
  async tryOut<Value>(work: (tx: Transaction) => Promise<Value>): Promise<Value> {
    const { prisma, entities } = this.#parts;
    const tried = repeatOnConflict(() =>
      prisma.$transaction(async (db) => {
        const recording = new Recording(db, entities);
        const value = await work(recording);
        await this.#conclude(recording);
        throw new Tried(value);
      }),
    );
    return tried.catch((error: unknown) => {
      if (error instanceof Tried) return error.value as Value;
      throw this.#refusalOf(error) ?? error;
    });
  }

  async #transact<Value>(
    origin: Origin,
    work: (tx: Transaction) => Promise<Value>,
    idempotency: Idempotency | null | undefined,
  ): Promise<Written<Value>> {
    const done = await repeatOnConflict(() => this.#commit(origin, work, idempotency)).catch((error) => {
      throw this.#refusalOf(error) ?? error;
    });
    OperationBudget.current?.writes.committed();
    if ('isDueSoon' in done && done.isDueSoon) for (const wake of this.#onDueSoon) withoutSpan(wake);
    const span = currentSpan();
    // The mutation is written, so what follows is not limited by the time that its operation has left.
    return OperationBudget.without(() =>
      inSpan(span, () => ('eventId' in done ? this.#repeat<Value>(done) : this.#announce(done))),
    );
  }

  /**
   * The refusal of a write into a tenant whose erasure has begun, or of a value that is already taken, if a write failed
   * for that reason. A query before the write could not see a concurrent transaction with the same value; the unique index
   * does.
   */
  #refusalOf(error: unknown): UserErrors | undefined {
    if (isOfErasedTenant(error)) return tenantIsErased();
    const index = violatedIndex(error);
    if (index === undefined) return undefined;
    const [taken] = [...this.#parts.entities.values()].flatMap(({ unique }) => unique?.[index] ?? []);
    return taken && alreadyExists(taken.refusal, 'input', taken.field);
  }

  /** Runs the work and commits it; for a repeated request, returns the answer to the first one. */
  async #commit<Value>(
    origin: Origin,
    work: (tx: Transaction) => Promise<Value>,
    idempotency: Idempotency | null | undefined,
  ): Promise<Committed<Value> | FirstAnswer> {
    const { current: budget } = OperationBudget;
    const run = this.#parts.prisma.$transaction(async (db) => {
      const userId = origin.actor.id;
      const earlier = idempotency && userId ? await claimKey(db, userId, idempotency) : null;
      if (earlier) return earlier;
      const recording = new Recording(db, this.#parts.entities);
      const value = await work(recording);
      await this.#conclude(recording);
      const actor = recording.actor ?? origin.actor;
      const rows = recording.steps.flatMap((step) => toRows(step, { ...origin, actor }));
      if (rows.length > 0) await insertChanges(db, rows);
      if (idempotency && userId) {
        const { key } = idempotency;
        const nothingChanged = recording.steps.length === 0;
        await (nothingChanged
          ? releaseKey(db, userId, key)
          : settleKey(db, userId, key, answerOf(recording.steps, value)));
      }
      budget?.writes.commitSent();
      return { value, rows, isDueSoon: recording.isDueSoon };
    });
    return run.catch((error) => {
      if (isRefusedCommit(error)) budget?.writes.rolledBack();
      throw error;
    });
  }

  /** Does what follows from the work, and checks all of it. */
  async #conclude(recording: Recording): Promise<void> {
    await this.#react(recording);
    await this.#tally(recording);
    await requireFreeNames(recording.db, recording.steps);
  }

  async #react(recording: Recording): Promise<void> {
    for (let index = 0; index < recording.steps.length; index += 1) {
      const step = recording.steps[index];
      if (!step) return;
      for (const { entity, react } of this.#parts.reactions) {
        if (entity === step.entity.name) await react(recording, step.before, step.after);
      }
    }
  }

  async #tally(recording: Recording): Promise<void> {
    const steps = [...recording.steps];
    for (const { entity, tally } of this.#parts.tallies) {
      const ofEntity = steps.filter((step) => step.entity.name === entity);
      if (ofEntity.length > 0) await tally(recording, ofEntity);
    }
  }

  async #announce<Value>({ value, rows }: Committed<Value>): Promise<Written<Value>> {
    const [home] = rows;
    if (!home) return { value, cursor: null };
    withoutSpan(() => this.#parts.onWritten?.(rows));
    // COMMIT assigns the numbers, so they can be read only now.
    const stored = await this.#parts.changeLog.stored(rows.map((row) => row.eventId));
    for (const feed of new Set(stored.map((change) => change.feed))) {
      const ofFeed = stored.filter((change) => change.feed === feed);
      this.#parts.wakeUps.send(feed, await this.#parts.changeLog.epochOf(feed), ofFeed);
    }
    const last = stored.findLast((change) => change.feed === home.feed);
    return {
      value,
      cursor: last ? await this.#parts.feedPositions.cursorAt(last.feed, Number(last.seq)) : null,
    };
  }

  /** Answers a repeated request with the result of the first one. */
  async #repeat<Value>({ eventId, extras }: FirstAnswer): Promise<Written<Value>> {
    const [stored] = await this.#parts.changeLog.stored([eventId]);
    if (!stored) throw new Error(`The change ${eventId} of an idempotency key no longer exists.`);
    const change = revive(stored, this.#parts.entities);
    const cursor = await this.#parts.feedPositions.cursorAt(
      change.feed,
      await this.#endOfTransaction(change),
    );
    return { value: { ...change.image, ...extras } as Value, cursor };
  }

  /**
   * The last number of the transaction that made a change. The transaction locked the feed until it ended, so its
   * changes are consecutive; the first one with another request or time is not part of it.
   */
  async #endOfTransaction({ feed, seq, requestId, occurredAt }: Change): Promise<number> {
    const next = await this.#parts.changeLog.read(feed, seq, Number.MAX_SAFE_INTEGER, MAX_READ_AFTER);
    const isOfAnother = (other: Change) =>
      other.requestId !== requestId || other.occurredAt.getTime() !== occurredAt.getTime();
    const length = next.findIndex(isOfAnother);
    return seq + (length === -1 ? next.length : length);
  }
}

/** The answer that a key remembers: the last change of the row that a command returned, and what it returned beside it. */
function answerOf(steps: readonly Step[], value: unknown): FirstAnswer {
  const { id, ...others } = value as Partial<EntityRow>;
  const ofRow = steps.filter(({ before, after }) => (after ?? before)?.id === id);
  // Rows of another entity can have the same id: the statistics of a tenant have the tenant's.
  const step = ofRow.findLast(({ entity }) => entity === ofRow[0]?.entity);
  if (!step) throw new Error('A command under an idempotency key must return a row that it has changed.');
  const columns = columnNamesOf(step.entity.name);
  const extras = Object.entries(others).filter(([name]) => !columns.includes(name));
  return { eventId: step.eventId, extras: Object.fromEntries(extras) };
}
