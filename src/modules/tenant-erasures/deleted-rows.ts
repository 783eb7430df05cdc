import type { EntityRow } from '../../core/rows/change.ts';
import { type ModelName, modelOf } from '../../core/rows/models.ts';
import { rooms } from '../../core/rows/room.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { tableOf } from '../../db/table.ts';
import type { TenantErasure } from '../../generated/prisma/client.ts';
import { keepReceived } from './kept-payments.ts';
import { FIRST, otherTables, References } from './tables-of-tenants.ts';

/**
 * The tables from which the serving role cannot delete, and in which it locks nothing, because no row ever changes: functions
 * with the rights of the owner do it. That of a layer takes its versions along.
 */
const LEDGERS: readonly ModelName[] = ['ConsentRecord', 'ConsentNotice', 'IncidentUpdate'];
/** The persons: entries of the log are found by their ids. */
const PERSONS: readonly ModelName[] = ['User', 'Customer'];

/** Deletes some rows of a tenant, by tables. */
export class RowDeletion {
  readonly #tx: Transaction;
  readonly #erasure: TenantErasure;
  readonly #references: References;
  #left: number;

  private constructor(tx: Transaction, erasure: TenantErasure, references: References, limit: number) {
    this.#tx = tx;
    this.#erasure = erasure;
    this.#references = references;
    this.#left = limit;
  }

  static async begin(tx: Transaction, erasure: TenantErasure, limit: number): Promise<RowDeletion> {
    return new RowDeletion(tx, erasure, await References.read(tx.db), limit);
  }

  /**
   * Deletes rows without which the tenant cannot be deleted, at most as many as the limit; returns whether it found any.
   * Rows that go along with a row, e.g. the sessions of a user, are deleted before it and count, too.
   */
  async deleteHolding(): Promise<boolean> {
    return this.#deleteFrom([...FIRST, ...this.#references.holding]);
  }

  /** Deletes rows of the tenant in all other tables, once it is deleted itself; returns whether it found any. */
  async deleteOthers(): Promise<boolean> {
    return this.#deleteFrom(otherTables(this.#references.holding));
  }

  /**
   * Deletes rows from the first table that has any, and from those whose rows go along with them. The next table is left to
   * the next transaction, which begins when all reactions to these deletions are done.
   */
  async #deleteFrom(models: readonly ModelName[]): Promise<boolean> {
    for (const model of models) {
      const found = await this.#rows(model, columnOf(model, 'tenantId'), [this.#erasure.tenantId]);
      if (found.length === 0) continue;
      await this.#deleteRows(model, found);
      return true;
    }
    return false;
  }

  /** Deletes rows after all that go along with them; leaves them for the next batch if those are more than the limit. */
  async #deleteRows(model: ModelName, rows: readonly Found[]): Promise<void> {
    const ids = rows.flatMap(({ id }) => id ?? []);
    for (const along of model === 'Configuration' ? [] : this.#references.alongWith(model)) {
      if (ids.length === 0) break;
      const found = await this.#rows(along.model, along.column, ids);
      if (found.length > 0) await this.#deleteRows(along.model, found);
      if (this.#left <= 0) return;
    }
    await this.#delete(model, rows, ids);
    this.#left -= rows.length;
    await this.#count(model, rows.length);
  }

  /** Locks rows, at most as many as are left to delete. A row without an id is found by where it is stored. */
  #rows(model: ModelName, column: string, values: readonly string[]): Promise<Found[]> {
    const { table, columns } = modelOf(model);
    const id = 'id' in columns ? 'id::text' : 'NULL';
    return this.#tx.db.$queryRawUnsafe<Found[]>(
      `SELECT ${id} AS id, ctid::text AS place FROM "${table}" WHERE "${column}" = ANY($1::uuid[])
       LIMIT $2 ${LEDGERS.includes(model) ? '' : 'FOR UPDATE'}`,
      values,
      this.#left,
    );
  }

  async #delete(model: ModelName, found: readonly Found[], ids: readonly string[]): Promise<void> {
    const { db } = this.#tx;
    const { id: erasureId } = this.#erasure;
    const entity = rooms.entities.get(model);
    const rows = entity
      ? await tableOf<EntityRow>(db, entity).findMany({ where: { id: { in: ids } }, orderBy: { id: 'asc' } })
      : [];
    if (model === 'Payment') await keepReceived(db, erasureId, ids);
    if (PERSONS.includes(model)) await this.#notePersons(ids);
    const { table } = modelOf(model);
    if (model === 'Configuration') {
      for (const id of ids) await db.$executeRaw`SELECT delete_configuration(${id}::uuid)`;
    } else if (LEDGERS.includes(model)) {
      await db.$executeRaw`SELECT delete_ledger_rows(${erasureId}::uuid, ${table}, ${ids}::uuid[])`;
    } else {
      const places = found.map(({ place }) => place);
      await db.$executeRawUnsafe(`DELETE FROM "${table}" WHERE ctid = ANY($1::tid[])`, places);
    }
    if (entity) for (const row of rows) this.#tx.deleted(entity, row);
  }

  async #notePersons(ids: readonly string[]): Promise<void> {
    const data = ids.map((personId) => ({ erasureId: this.#erasure.id, personId }));
    await this.#tx.db.tenantErasurePerson.createMany({ data, skipDuplicates: true });
  }

  async #count(model: ModelName, count: number): Promise<void> {
    const { id: erasureId } = this.#erasure;
    await this.#tx.db.tenantErasureCount.upsert({
      where: { erasureId_model: { erasureId, model } },
      create: { erasureId, model, count },
      update: { count: { increment: count } },
    });
  }
}

/** A row to delete. */
interface Found {
  readonly id: string | null;
  readonly place: string;
}

function columnOf(model: ModelName, column: 'tenantId'): string {
  return modelOf(model).columns[column]?.dbName ?? column;
}
