import { Ajv, type ErrorObject, type SchemaObject, type ValidateFunction } from 'ajv';
import type { Json } from '../algebra/json.ts';

/** A JSON Schema of the catalogue. It comes from code only: a pattern from data could block the process. */
export type JsonSchema = SchemaObject;

/** Why a value is refused: where, as a JSON pointer, and what is wrong, in the words of the validator. */
export interface SchemaFault {
  readonly pointer: string;
  readonly explanation: string;
}

// It neither converts nor completes nor removes anything: a value is stored as it was sent, or refused.
const ajv = new Ajv({ strict: true, allErrors: false, allowUnionTypes: true });

/** Compiles a schema; the result names the first fault of a value, or null. It throws for a schema that is wrong. */
export function checkBy(schema: JsonSchema): (value: Json) => SchemaFault | null {
  const validate: ValidateFunction = ajv.compile(schema);
  return (value) => (validate(value) ? null : faultOf(validate.errors?.[0]));
}

function faultOf(error: ErrorObject | undefined): SchemaFault {
  return { pointer: error?.instancePath ?? '', explanation: error?.message ?? 'is not allowed' };
}
