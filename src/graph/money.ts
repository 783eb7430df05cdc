import { inherited } from '../core/rules.ts';
import { builder } from './builder.ts';

interface MoneyShape {
  readonly amountMinor: number;
  readonly currency: string;
}

/** An amount in the smallest unit of its currency; never a float. */
export const Money = builder.objectRef<MoneyShape>('Money').implement({
  description: 'An amount of money.',
  rule: inherited,
  fields: (t) => ({
    amountMinor: t.exposeInt('amountMinor', {
      description: 'The amount in the smallest unit of the currency, e.g. cents.',
    }),
    currency: t.expose('currency', { type: 'CurrencyCode', description: 'The currency.' }),
  }),
});

/** An amount as an input. */
export const MoneyInput = builder.inputType('MoneyInput', {
  description: 'An amount of money.',
  fields: (t) => ({
    amountMinor: t.int({
      required: true,
      description: 'The amount in the smallest unit of the currency, not negative.',
    }),
    currency: t.field({ type: 'CurrencyCode', required: true, description: 'The currency.' }),
  }),
});

/** Tests the currency of an amount. */
export const CurrencyFilter = builder.inputType('CurrencyFilter', {
  description: 'Filters by a currency.',
  fields: (t) => ({
    equals: t.field({ type: 'CurrencyCode', description: 'Equals this value.' }),
    in: t.field({ type: ['CurrencyCode'], description: 'Is one of these, 500 at most.' }),
  }),
});
