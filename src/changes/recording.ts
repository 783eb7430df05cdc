import { isDeepStrictEqual } from 'node:util';
import { v7 as uuidv7 } from 'uuid';
import type { Actor } from '../core/rows/actor.ts';
import type { Entity, EntityRow, RightsChange } from '../core/rows/change.ts';
import type { DueKind } from '../core/rows/due-kind.ts';
import { columnNamesOf, modelOf } from '../core/rows/models.ts';
import { versionOfView } from '../core/rows/partial-view.ts';
import type { NextVersion, Transaction } from '../core/rows/transact.ts';
import { requireUnused } from '../db/references.ts';
import { tableOf } from '../db/table.ts';
import type { ActorKind, ChangeKind, Prisma } from '../generated/prisma/client.ts';
import { databaseTime, scheduleRow, scheduleRowsNow, unscheduleRow } from './schedule.ts';
import type { Entities } from './stored-change.ts';

/** The longest pause of a runner, which finds in time without a wake-up whatever is due after it. */
const SOON_MS = 2_000;

/** The author and the request of a change. */
export interface Origin {
  readonly actor: Actor;
  readonly requestId: string | null;
  readonly ip: string | null;
  /** The bulk job of which the changes are a part. Absent: of none. */
  readonly jobId?: string;
}

/** A change that is recorded but not yet written: the row before and after. */
export interface Step<Row extends EntityRow = EntityRow> {
  readonly eventId: string;
  readonly kind: ChangeKind;
  readonly entity: Entity<Row>;
  readonly before: Row | null;
  readonly after: Row | null;
}

/** The part of an entity that locking one of its rows needs. */
type Named = Pick<Entity<never>, 'name'>;

/** Collects what one transaction changes, in order. */
export class Recording implements Transaction {
  readonly db: Prisma.TransactionClient;
  readonly #entities: Entities;
  readonly #steps: Step[] = [];
  #actor: Actor | null = null;
  #now: Promise<Date> | null = null;
  #isDueSoon = false;

  constructor(db: Prisma.TransactionClient, entities: Entities) {
    this.db = db;
    this.#entities = entities;
  }

  /** The steps so far; the array grows while reactions record more. */
  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** The actor, if it became known only within the transaction. */
  get actor(): Actor | null {
    return this.#actor;
  }

  /** Whether the transaction has scheduled work that is due now or soon. */
  get isDueSoon(): boolean {
    return this.#isDueSoon;
  }

  actAs(actor: Actor): void {
    this.#actor = actor;
  }

  async lock({ name }: Named, id: string): Promise<boolean> {
    // Not FOR UPDATE: that waits for transactions that have inserted a row with a reference to this one, and two of
    // those wait for each other.
    const found = await this.db.$queryRawUnsafe<unknown[]>(
      `SELECT 1 FROM "${modelOf(name).table}" WHERE id = $1::uuid FOR NO KEY UPDATE`,
      id,
    );
    return found.length > 0;
  }

  async lockToDelete({ name }: Named, id: string): Promise<void> {
    await this.db.$executeRawUnsafe(
      `SELECT 1 FROM "${modelOf(name).table}" WHERE id = $1::uuid FOR UPDATE`,
      id,
    );
  }

  async lockAgainstDelete({ name }: Named, id: string): Promise<boolean> {
    const found = await this.db.$queryRawUnsafe<unknown[]>(
      `SELECT 1 FROM "${modelOf(name).table}" WHERE id = $1::uuid FOR KEY SHARE`,
      id,
    );
    return found.length > 0;
  }

  async lockAgainstChange({ name }: Named, id: string): Promise<void> {
    await this.db.$executeRawUnsafe(
      `SELECT 1 FROM "${modelOf(name).table}" WHERE id = $1::uuid FOR SHARE`,
      id,
    );
  }

  created<Row extends EntityRow>(entity: Entity<Row>, row: Row): Row {
    this.#record('CREATED', entity, null, row);
    return row;
  }

  async update<Row extends EntityRow, Data extends Partial<Row>>(
    entity: Entity<Row>,
    before: Row,
    data: Data,
    write = (change: Data & NextVersion) =>
      tableOf<Row>(this.db, entity).update({ where: { id: before.id }, data: change }),
  ): Promise<Row> {
    const changed = columnsToChange(before, data);
    if (changed.length === 0) return before;
    const after = await write({
      ...data,
      ...nextOfViews(entity, before, changed),
      version: { increment: 1 },
    });
    this.#record('UPDATED', entity, before, after);
    return after;
  }

  async delete<Row extends EntityRow>(entity: Entity<Row>, row: Row): Promise<Row> {
    await requireUnused(this.db, this.#entities, entity, row.id);
    await tableOf<Row>(this.db, entity).delete({ where: { id: row.id } });
    this.deleted(entity, row);
    return row;
  }

  deleted<Row extends EntityRow>(entity: Entity<Row>, row: Row): void {
    this.#record('DELETED', entity, row, null);
  }

  now(): Promise<Date> {
    this.#now ??= databaseTime(this.db);
    return this.#now;
  }

  async schedule<Row extends EntityRow>(kind: DueKind<Row>, row: Row, at: Date): Promise<void> {
    await scheduleRow(this.db, kind, row, at);
    // A transaction that has not asked for the time may mean this moment.
    const now = await this.#now;
    if (!now || at.getTime() - now.getTime() <= SOON_MS) this.madeDue();
  }

  async scheduleNow<Row extends EntityRow>(kind: DueKind<Row>, rows: Prisma.Sql): Promise<void> {
    await scheduleRowsNow(this.db, kind, rows);
    this.madeDue();
  }

  madeDue(): void {
    this.#isDueSoon = true;
  }

  unschedule<Row extends EntityRow>(kind: DueKind<Row>, row: Row): Promise<void> {
    return unscheduleRow(this.db, kind, row);
  }

  #record<Row extends EntityRow>(
    kind: ChangeKind,
    entity: Entity<Row>,
    before: Row | null,
    after: Row | null,
  ): void {
    this.#steps.push({ eventId: uuidv7(), kind, entity, before, after } as unknown as Step);
  }
}

function columnsToChange<Row extends EntityRow>(before: Row, data: Partial<Row>): (keyof Row & string)[] {
  const columns = Object.keys(data) as (keyof Row & string)[];
  return columns.filter(
    (column) => data[column] !== undefined && !isDeepStrictEqual(data[column], before[column]),
  );
}

/** The new versions of the views of a row that show one of the columns that change. */
function nextOfViews<Row extends EntityRow>(
  { views = [] }: Entity<Row>,
  before: Row,
  changed: readonly (keyof Row & string)[],
): Partial<Row> {
  const touched = views.filter(({ hidden }) => changed.some((column) => !hidden.includes(column)));
  return Object.fromEntries(
    touched.flatMap((view) => [
      [view.version, versionOfView(before, view) + 1],
      [view.updatedAt, new Date()],
    ]),
  ) as Partial<Row>;
}

/** A row of the change log before it is inserted. In the JSON of the statement its times are texts. */
export interface NewChange {
  readonly feed: string;
  readonly eventId: string;
  readonly kind: ChangeKind;
  readonly entity: string;
  readonly entityId: string;
  readonly entityVersion: number;
  readonly image: object;
  readonly before: object;
  /** The bulk job of which it is a part; empty for all others. */
  readonly concerns: { readonly job?: string };
  readonly rights: RightsChange | null;
  readonly projectionOf: string | null;
  readonly actorKind: ActorKind;
  readonly actorId: string | null;
  readonly actorName: string;
  readonly actorOfPlatform: boolean;
  readonly requestId: string | null;
  readonly ip: string | null;
}

/**
 * Makes the log rows of a step: one for the feed that it belongs to and one for each feed in which it is repeated. A row
 * that moves concerns the feeds that it leaves, too. An image contains the columns of the table only, even if the row has
 * further properties.
 */
export function toRows(step: Step, { actor, requestId, ip, jobId }: Origin): NewChange[] {
  const { entity, kind, before, after } = step;
  const image = (after ?? before) as EntityRow;
  const columns = columnNamesOf(entity.name);
  const [home, ...others] = entity.feeds(image);
  const repeated = new Set([...others, ...(before ? entity.feeds(before) : [])]);
  repeated.delete(home);
  const row = {
    kind,
    entity: entity.name,
    entityId: image.id,
    entityVersion: kind === 'DELETED' ? image.version + 1 : image.version,
    image: pick(image, columns),
    before: before && after ? pick(before, differing(columns, before, after)) : {},
    concerns: jobId === undefined ? {} : { job: jobId },
    rights: entity.rights?.(before, after) ?? null,
    actorKind: actor.kind,
    actorId: actor.id,
    actorName: actor.name,
    actorOfPlatform: actor.isOfPlatform,
    requestId,
    ip,
  };
  return [
    { ...row, eventId: step.eventId, feed: home, projectionOf: null },
    ...[...repeated].map((feed) => ({ ...row, eventId: uuidv7(), feed, projectionOf: step.eventId })),
  ];
}

function differing(columns: readonly string[], before: EntityRow, after: EntityRow): string[] {
  const value = (row: EntityRow, column: string) => (row as unknown as Record<string, unknown>)[column];
  return columns.filter((column) => !isDeepStrictEqual(value(before, column), value(after, column)));
}

function pick(row: EntityRow, columns: readonly string[]): object {
  return Object.fromEntries(
    columns.map((column) => [column, (row as unknown as Record<string, unknown>)[column]]),
  );
}
