import { z } from 'zod';
import { REFUSED, refusing } from './input-faults.ts';

/** The largest number of an integer column, and of GraphQL's Int. */
export const MAX_INT = 2 ** 31 - 1;

/** The largest amount in minor units: the largest whole number that JSON and JavaScript hold exactly, 2^53 - 1. */
export const MAX_MINOR_UNITS = Number.MAX_SAFE_INTEGER;

/** A whole number that a column and GraphQL's Int can hold. */
export function wholeNumber({ min = 0, max = MAX_INT } = {}) {
  const isFitting = (value: unknown) =>
    Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
  return z.custom<number>(isFitting, refusing(REFUSED.NO_WHOLE_NUMBER({ min, max })));
}

/** The currencies of ISO 4217, without funds, metals and the codes for tests. */
const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

/** An amount of money, in the smallest unit of its currency. */
export function moneyAmount(min = 0) {
  return z.object({
    amountMinor: wholeNumber({ min, max: MAX_MINOR_UNITS }),
    currency: z.string().refine((code) => CURRENCIES.has(code), refusing(REFUSED.NO_CURRENCY())),
  });
}

/** A time that the scalar DateTime has parsed. */
export function instant() {
  return z.custom<Date>((value) => value instanceof Date, refusing(REFUSED.NO_TIME()));
}
