import { isDeepStrictEqual } from 'node:util';
import { v7 as uuidv7 } from 'uuid';
import type { Actor, Concerned, Entity, EntityRow, RightsChange } from '../core/change.ts';
import type { NextVersion, Transaction } from '../core/transact.ts';
import type { ActorKind, ChangeKind, Prisma } from '../generated/prisma/client.ts';

/** Who makes a change and by which request. */
export interface Origin {
  readonly actor: Actor;
  readonly requestId: string | null;
  readonly ip: string | null;
}

/** A change that is recorded but not yet written: the row before and after. */
export interface Step<Row extends EntityRow = EntityRow> {
  readonly eventId: string;
  readonly kind: ChangeKind;
  readonly entity: Entity<Row>;
  readonly before: Row | null;
  readonly after: Row | null;
}

/** Collects what one transaction changes, in order. */
export class Recording implements Transaction {
  readonly db: Prisma.TransactionClient;
  readonly #steps: Step[] = [];
  #actor: Actor | null = null;

  constructor(db: Prisma.TransactionClient) {
    this.db = db;
  }

  /** What was recorded so far; grows while reactions record more. */
  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** Who acts, if that was not known before the transaction. */
  get actor(): Actor | null {
    return this.#actor;
  }

  actAs(actor: Actor): void {
    this.#actor = actor;
  }

  async lock<Row extends EntityRow>({ table }: Entity<Row>, id: string): Promise<void> {
    // Not FOR UPDATE: that waits for whoever has inserted a row that points here, and two of those for each other.
    await this.db.$executeRawUnsafe(`SELECT 1 FROM "${table}" WHERE id = $1::uuid FOR NO KEY UPDATE`, id);
  }

  async lockToDelete<Row extends EntityRow>({ table }: Entity<Row>, id: string): Promise<void> {
    await this.db.$executeRawUnsafe(`SELECT 1 FROM "${table}" WHERE id = $1::uuid FOR UPDATE`, id);
  }

  async lockAgainstDelete<Row extends EntityRow>({ table }: Entity<Row>, id: string): Promise<boolean> {
    const found = await this.db.$queryRawUnsafe<unknown[]>(
      `SELECT 1 FROM "${table}" WHERE id = $1::uuid FOR KEY SHARE`,
      id,
    );
    return found.length > 0;
  }

  created<Row extends EntityRow>(entity: Entity<Row>, row: Row): void {
    this.#record('CREATED', entity, null, row);
  }

  async update<Row extends EntityRow, Data extends Partial<Row>>(
    entity: Entity<Row>,
    before: Row,
    data: Data,
    write: (change: Data & NextVersion) => Promise<Row>,
  ): Promise<Row> {
    const differs = Object.entries(data).some(
      ([column, value]) => value !== undefined && !isDeepStrictEqual(value, before[column as keyof Row]),
    );
    if (!differs) return before;
    const after = await write({ ...data, version: { increment: 1 } });
    this.#record('UPDATED', entity, before, after);
    return after;
  }

  deleted<Row extends EntityRow>(entity: Entity<Row>, row: Row): void {
    this.#record('DELETED', entity, row, null);
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

/** A row of the change log as it is inserted; times are texts in it as soon as it is JSON. */
export interface NewChange {
  readonly feed: string;
  readonly eventId: string;
  readonly kind: ChangeKind;
  readonly entity: string;
  readonly entityId: string;
  readonly entityVersion: number;
  readonly image: object;
  readonly before: object;
  readonly concerns: Concerned;
  readonly rights: RightsChange | null;
  readonly projectionOf: string | null;
  readonly actorKind: ActorKind;
  readonly actorId: string | null;
  readonly actorName: string;
  readonly requestId: string | null;
  readonly ip: string | null;
}

/**
 * Makes the log rows of a step: one for the feed it belongs to and one for each feed it is repeated in. Only the
 * columns that the entity names get into an image.
 */
export function toRows(step: Step, { actor, requestId, ip }: Origin): NewChange[] {
  const { entity, kind, before, after } = step;
  const image = (after ?? before) as EntityRow;
  const [home, ...repeated] = entity.feeds(image);
  const row = {
    kind,
    entity: entity.name,
    entityId: image.id,
    entityVersion: kind === 'DELETED' ? image.version + 1 : image.version,
    image: pick(image, entity.columns),
    before: before && after ? pick(before, differing(entity.columns, before, after)) : {},
    concerns: entity.concerns(image),
    rights: entity.rights?.(before, after) ?? null,
    actorKind: actor.kind,
    actorId: actor.id,
    actorName: actor.name,
    requestId,
    ip,
  };
  return [
    { ...row, eventId: step.eventId, feed: home, projectionOf: null },
    ...repeated.map((feed) => ({ ...row, eventId: uuidv7(), feed, projectionOf: step.eventId })),
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
