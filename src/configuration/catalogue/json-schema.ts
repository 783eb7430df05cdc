import { Ajv, type ErrorObject, type SchemaObject, type ValidateFunction } from 'ajv';
import { isTimeZone } from '../../lib/wall-time.ts';
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
ajv.addFormat('time-zone', isTimeZone);

/** Compiles a schema; the result names the first fault of a value, or null. It throws for a schema that is wrong. */
export function checkBy(schema: JsonSchema): (value: Json) => SchemaFault | null {
  const validate: ValidateFunction = ajv.compile(schema);
  return (value) => (validate(value) ? null : faultOf(validate.errors?.[0]));
}

function faultOf(error: ErrorObject | undefined): SchemaFault {
  const { keyword, instancePath: pointer = '', params, message = 'is not allowed' } = error ?? {};
  switch (keyword) {
    case 'uniqueItems': {
      const [first, second] = [params?.i, params?.j].toSorted((one, other) => one - other);
      return {
        pointer: `${pointer}/${second}`,
        explanation: `is a duplicate of that at ${pointer}/${first}`,
      };
    }
    case 'enum':
      return { pointer, explanation: `must be one of ${params?.allowedValues.join(', ')}` };
    default:
      return { pointer, explanation: message };
  }
}
