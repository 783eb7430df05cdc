import type { ObjectFieldBuilder } from '@pothos/core';
import { inherited, type Rule } from '../../core/rights/rules.ts';
import { builder, type Types } from './builder.ts';

interface MoneyShape {
  readonly amountMinor: number;
  readonly currency: string;
}

/** An amount in the smallest unit of its currency; never a float. */
const Money = builder.objectRef<MoneyShape>('Money').implement({
  description: 'An amount of money.',
  rule: inherited,
  fields: (t) => ({
    amountMinor: t.expose('amountMinor', {
      type: 'MinorUnits',
      description: 'The amount in the smallest unit of the currency, e.g. cents.',
    }),
    currency: t.expose('currency', { type: 'CurrencyCode', description: 'The currency.' }),
  }),
});

/** A field that shows an amount. */
interface MoneyField<Amount extends string> {
  /** The column of the amount; that of its currency is `currency`. */
  readonly amount: Amount;
  readonly rule: Rule;
  readonly description: string;
}

/** Makes a field that shows an amount of a row with its currency, and null to a viewer who may not read it. */
export function moneyField<
  Amount extends string,
  Row extends { readonly [Name in Amount]: number } & { readonly currency: string },
>(t: Pick<ObjectFieldBuilder<Types, Row>, 'field'>, { amount, rule, description }: MoneyField<Amount>) {
  return t.field({
    type: Money,
    nullable: true,
    rule,
    columns: [amount, 'currency'],
    description,
    resolve: (row: Row) => ({ amountMinor: row[amount], currency: row.currency }),
  });
}

/** An amount as an input. */
builder.inputType('MoneyInput', {
  description: 'An amount of money.',
  fields: (t) => ({
    amountMinor: t.field({
      type: 'MinorUnits',
      required: true,
      description: 'The amount in the smallest unit of the currency, not negative.',
    }),
    currency: t.field({ type: 'CurrencyCode', required: true, description: 'The currency.' }),
  }),
});

/** The filter by the currency of an amount. */
export const CurrencyFilter = builder.inputType('CurrencyFilter', {
  description: 'Filters by a currency.',
  fields: (t) => ({
    equals: t.field({ type: 'CurrencyCode', description: 'Equals this value.' }),
    notEquals: t.field({ type: 'CurrencyCode', description: 'Does not equal this value.' }),
    in: t.field({ type: ['CurrencyCode'], description: 'Is one of these, 500 at most.' }),
    notIn: t.field({ type: ['CurrencyCode'], description: 'Is none of these, 500 at most.' }),
  }),
});
