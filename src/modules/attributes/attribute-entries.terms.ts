import type { AttributeValueType } from '../../generated/prisma/enums.ts';

/** What a user holds: an attribute by its name, with a value or without one. */
export interface AttributeEntry {
  readonly name: string;
  readonly value: string | null;
}

/** A value as conditions see it. */
export type AttributeValue = boolean | string | number | Date;

/** Reads an entry of a user's list: `name`, or `name=value`. */
export function readEntry(text: string): AttributeEntry {
  const at = text.indexOf('=');
  return at === -1 ? { name: text, value: null } : { name: text.slice(0, at), value: text.slice(at + 1) };
}

const NUMBER = /^-?\d{1,15}(\.\d{1,15})?$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

const READERS: Record<AttributeValueType, (value: string | null) => AttributeValue | undefined> = {
  BOOLEAN: (value) => (value === null ? true : undefined),
  STRING: (value) => value || undefined,
  NUMBER: (value) => (value !== null && NUMBER.test(value) ? Number(value) : undefined),
  DATE_TIME: (value) => (value !== null && INSTANT.test(value) ? instant(value) : undefined),
};

function instant(text: string): Date | undefined {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Reads what an entry says of an attribute of a type; undefined if it does not fit the type. */
export function valueOfType(type: AttributeValueType, { value }: AttributeEntry): AttributeValue | undefined {
  return READERS[type](value);
}

/** Reads what an entry says of a name that is in no pool: a text, or without one that the name is held. */
export function valueOfNoType({ value }: AttributeEntry): AttributeValue {
  return value ?? true;
}

/** Says what an entry of each type looks like, for the author of one that does not fit. */
export const ENTRY_OF_TYPE: Readonly<Record<AttributeValueType, string>> = {
  BOOLEAN: 'it is held or not, so it is written as the name alone',
  STRING: 'it is written as name=text',
  NUMBER: 'it is written as name=number, e.g. clearance=3 or ratio=-0.5',
  DATE_TIME: 'it is written as name=time with an offset, e.g. until=2026-05-02T16:20:00Z',
};
