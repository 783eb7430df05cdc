import type { Entity, EntityRow } from '../core/rows/change.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { uncapitalized } from '../lib/uncapitalized.ts';

/** The methods of Prisma that the recipes call on any table. */
export interface Table<Row> {
  findFirst(query: object): Promise<Row | null>;
  findMany(query: object): Promise<Row[]>;
  count(query: { where: object; take?: number }): Promise<number>;
  update(query: { where: { id: string }; data: object }): Promise<Row>;
  delete(query: { where: { id: string } }): Promise<Row>;
}

/** The tables of a database or of a transaction, by Prisma's names. */
export type Tables = Pick<PrismaClient, never>;

/** Prisma's methods for the table of an entity. Its client has one property for each model. */
export function tableOf<Row extends EntityRow>(
  tables: Tables,
  { name }: Pick<Entity<Row>, 'name'>,
): Table<Row> {
  const property = uncapitalized(name);
  return (tables as Record<string, unknown>)[property] as Table<Row>;
}
