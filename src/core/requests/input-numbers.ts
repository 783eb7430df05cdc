import { z } from 'zod';

/** The largest number of an integer column, and of GraphQL's Int. */
const MAX_INT = 2 ** 31 - 1;

/** The largest amount in minor units: the largest whole number that JSON and JavaScript hold exactly, 2^53 - 1. */
export const MAX_MINOR_UNITS = Number.MAX_SAFE_INTEGER;

/** A whole number that a column and GraphQL's Int can hold. */
export function wholeNumber(label: string, { min = 0, max = MAX_INT } = {}) {
  const message = `${label} must be a whole number from ${min} to ${max}.`;
  return z.int(message).min(min, message).max(max, message);
}

/** The currencies of ISO 4217, without funds, metals and the codes for tests. */
const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

/** An amount of money, in the smallest unit of its currency. */
export function moneyAmount(min = 0) {
  return z.object({
    amountMinor: wholeNumber('"amountMinor"', { min, max: MAX_MINOR_UNITS }),
    currency: z
      .string()
      .refine((code) => CURRENCIES.has(code), '"currency" must be an ISO 4217 code, e.g. EUR.'),
  });
}

/** A time that the scalar DateTime has parsed. */
export function instant(label: string) {
  return z.date(`${label} must be a date and time.`);
}
