// The tables with rows of a tenant, and the order in which they can be emptied. Both come from the foreign keys of the
// database, so a new table is emptied without further work.

import { type ModelName, modelOf } from '../../core/rows/models.ts';
import { rooms } from '../../core/rows/room.ts';
import { MODELS } from '../../generated/models.ts';
import type { Prisma } from '../../generated/prisma/client.ts';

/** A table whose column has the id of a row in another one. */
interface Reference {
  readonly child: string;
  readonly column: string;
  readonly parent: string;
  /** Whether it keeps the other row from being deleted (`onDelete: Restrict`). */
  readonly isHolding: boolean;
}

/**
 * The rows that their room deletes together with a user or with the tenant, however many they are. The batches of an erasure
 * take them before, so that no transaction has more than a batch of them.
 */
export const FIRST: readonly ModelName[] = ['BroadcastAcknowledgement', 'Broadcast'];

/** The tables that keep the id of a tenant: they say that it was erased. */
const KEPT: readonly ModelName[] = ['TenantErasure'];
/** The rows that remember bytes elsewhere: each goes once its bytes are gone, and the erasure waits for that. */
const OUTLIVING: readonly ModelName[] = ['StoredFile'];

const TENANT = modelOf('Tenant').table;
const MODEL_OF = new Map(
  (Object.keys(MODELS) as ModelName[]).map((model) => [modelOf(model).table, model] as const),
);

/** The references between the tables of the database. */
export class References {
  readonly #all: readonly Reference[];
  /** The tables without which the tenant cannot be deleted, each before those that it refers to. */
  readonly holding: readonly ModelName[];

  private constructor(all: readonly Reference[]) {
    this.#all = all;
    this.holding = this.#inOrder();
  }

  static async read(db: Prisma.TransactionClient): Promise<References> {
    return new References(
      await db.$queryRaw<Reference[]>`
        SELECT child.relname AS child, attname AS column, parent.relname AS parent, confdeltype = 'r' AS "isHolding"
        FROM pg_constraint
        JOIN pg_class AS child ON child.oid = conrelid
        JOIN pg_class AS parent ON parent.oid = confrelid
        JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
        WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND cardinality(conkey) = 1
        ORDER BY child.relname, attname`,
    );
  }

  #inOrder(): ModelName[] {
    const holding = new Set([TENANT]);
    for (let size = 0; size < holding.size; ) {
      size = holding.size;
      for (const { child, parent, isHolding } of this.#all)
        if (isHolding && holding.has(parent) && isOfTenants(child)) holding.add(child);
    }
    const ordered = new Set<string>();
    const visit = (table: string): void => {
      if (ordered.has(table) || !holding.has(table)) return;
      for (const { child, parent } of this.#all) if (parent === table && child !== table) visit(child);
      ordered.add(table);
    };
    visit(TENANT);
    ordered.delete(TENANT);
    return [...ordered].map(modelNamed);
  }

  /**
   * The tables that go along with the rows of one, with the columns that refer to it: all that do not hold the tenant. Rows of
   * the log without a tenant, e.g. sessions, are left to the reactions of their rooms, which know their feeds.
   */
  alongWith(model: ModelName): { readonly model: ModelName; readonly column: string }[] {
    const { table } = modelOf(model);
    return this.#all
      .filter(({ parent }) => parent === table)
      .map(({ child, column }) => ({ model: modelNamed(child), column }))
      .filter(({ model: child }) => !this.holding.includes(child) && !isLeftToItsRoom(child));
  }
}

/** All tables with a tenant in their rows but those that are kept or empty themselves, and but those to be emptied before. */
export function otherTables(before: readonly ModelName[]): ModelName[] {
  const others = [...MODEL_OF].filter(([table]) => isOfTenants(table)).map(([, model]) => model);
  return others.filter((model) => ![...KEPT, ...OUTLIVING, ...before].includes(model));
}

function isOfTenants(table: string): boolean {
  return 'tenantId' in modelOf(modelNamed(table)).columns;
}

function isLeftToItsRoom(model: ModelName): boolean {
  return rooms.entities.has(model) && !('tenantId' in modelOf(model).columns);
}

function modelNamed(table: string): ModelName {
  const model = MODEL_OF.get(table);
  if (!model) throw new Error(`No model describes the table ${table}.`);
  return model;
}
