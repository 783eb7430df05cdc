import { readInstant } from '../../core/requests/instant.ts';
import type { AttributeValueType } from '../../generated/prisma/enums.ts';

/** An attribute of a user: its name, with or without a value. */
export interface AttributeEntry {
  readonly name: string;
  readonly value: string | null;
}

/** The value of an attribute in a condition. */
export type AttributeValue = boolean | string | number | Date;

/** Parses an entry of a user's list: `name`, or `name=value`. */
export function readEntry(text: string): AttributeEntry {
  const at = text.indexOf('=');
  return at === -1 ? { name: text, value: null } : { name: text.slice(0, at), value: text.slice(at + 1) };
}

const NUMBER = /^-?\d{1,15}(\.\d{1,15})?$/;

const READERS: Record<AttributeValueType, (value: string | null) => AttributeValue | undefined> = {
  BOOLEAN: (value) => (value === null ? true : undefined),
  STRING: (value) => value || undefined,
  NUMBER: (value) => (value !== null && NUMBER.test(value) ? Number(value) : undefined),
  DATE_TIME: (value) => (value === null ? undefined : (readInstant(value) ?? undefined)),
};

/** Returns the value of an entry whose attribute has a type; undefined if it does not fit the type. */
export function valueOfType(type: AttributeValueType, { value }: AttributeEntry): AttributeValue | undefined {
  return READERS[type](value);
}

/** Returns the value of an entry whose name is in no pool: its text, or true if it has none. */
export function valueOfNoType({ value }: AttributeEntry): AttributeValue {
  return value ?? true;
}
