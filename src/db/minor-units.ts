import type { Model } from '../core/rows/models.ts';
import { MODELS } from '../generated/models.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { uncapitalized } from '../lib/uncapitalized.ts';

const AMOUNTS = Object.fromEntries(
  Object.entries(MODELS).map(([model, { columns }]) => [
    uncapitalized(model),
    Object.fromEntries(amountsOf(columns).map((column) => [column, asNumber(column)])),
  ]),
);

/**
 * Makes rows hold their amounts of money as numbers, also in relations: JSON has no bigint, and the types of the rows
 * say number (scripts/minor-units.mjs). Every amount passes `exactNumber`, so none is rounded on its way.
 */
export const amountsAsNumbers = Prisma.defineExtension({
  // Prisma's type wants the columns of each model by name; these come from the models.
  result: AMOUNTS as never,
});

function amountsOf(columns: Model['columns']): string[] {
  return Object.keys(columns).filter((name) => columns[name]?.kind === 'minorUnits');
}

function asNumber(column: string) {
  return {
    needs: { [column]: true },
    compute: (row: Readonly<Record<string, unknown>>) => {
      const amount = row[column];
      return typeof amount === 'bigint' ? exactNumber(amount) : amount;
    },
  };
}

/** Converts an amount; throws beyond 2^53 - 1, where two amounts would become one number. A sum needs it, too. */
export function exactNumber(amount: bigint): number {
  const number = Number(amount);
  if (!Number.isSafeInteger(number)) throw new RangeError(`The amount ${amount} is beyond 2^53 - 1.`);
  return number;
}
