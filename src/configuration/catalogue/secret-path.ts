import type { Json } from '../algebra/json.ts';
import type { CataloguePath } from './catalogue-path.ts';

/**
 * The value of a secret everywhere but in the table of secrets: that it is set, and the id of its version. Two secrets are
 * compared by these ids and never by their texts, so another version of the same text is a change.
 */
export interface SecretValue {
  readonly isSet: true;
  readonly version: string;
  readonly [member: string]: Json;
}

/** The parts of an entry of the catalogue in which all secrets agree. No floor: no secret is stronger than another. */
export const secretValue = {
  schema: {
    type: ['object', 'null'],
    required: ['isSet', 'version'],
    properties: { isSet: { const: true }, version: { type: 'string', minLength: 36, maxLength: 36 } },
    additionalProperties: false,
  },
  default: null,
  combine: 'REPLACE',
  readers: 'STAFF',
  isSecret: true,
} as const satisfies Partial<CataloguePath>;

/** Tells whether a value is what reads give of a secret. */
export function isSecretValue(value: Json | undefined): value is SecretValue {
  return typeof value === 'object' && value !== null && 'isSet' in value && 'version' in value;
}
