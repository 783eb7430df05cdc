import { z } from 'zod';
import { type UserError, UserErrors, userError } from './errors.ts';
import type { Fault } from './fault.ts';
import { REFUSED, refusing } from './input-faults.ts';
import type { InputField, Presence } from './input-fields.ts';

/** The fields of an input by name. */
export type InputFields = Readonly<Record<string, InputField<unknown, unknown, Presence>>>;

/** A field of one input. */
export interface ResolvedField {
  readonly name: string;
  readonly graphqlType: string;
  readonly isList: boolean;
  readonly isRequired: boolean;
  readonly idOf?: string;
  readonly description: string;
}

/** An input: its fields, from which the GraphQL type is built, and the schema with which commands check it. */
export interface Input<Schema extends z.ZodType = z.ZodType> {
  readonly fields: readonly ResolvedField[];
  readonly schema: Schema;
}

/** An input as clients send it. */
export type InputOf<Of extends Input> = z.input<Of['schema']>;

/** An input as its check returns it. */
export type OutputOf<Of extends Input> = z.output<Of['schema']>;

type Shape<Fields, When extends 'create' | 'update'> = {
  readonly [Name in keyof Fields]: Fields[Name] extends InputField<infer Out, infer In, infer Is>
    ? Is extends 'optional'
      ? z.ZodOptional<z.ZodType<Out | null, In | null>>
      : Is extends 'default'
        ? z.ZodOptional<z.ZodType<Out | undefined, In | null>>
        : When extends 'create'
          ? z.ZodType<Out, In>
          : z.ZodOptional<z.ZodType<Out, In | null>>
    : never;
};

/** The input of a creation: required fields must be there. */
export function createInput<Fields extends InputFields>(
  fields: Fields,
): Input<z.ZodObject<Shape<Fields, 'create'>>> {
  return inputOf(fields, {
    isRequired: ({ presence }) => presence === 'required',
    note: ({ absent }) => absent,
    check: (field) => {
      const check = field.check();
      if (field.presence === 'required') return check;
      // Null selects the default, too: forms send either when a field is empty.
      if (field.presence === 'default') return check.nullish().transform((value) => value ?? undefined);
      return check.nullable().optional();
    },
  });
}

/** The input of an update: a field that is left out keeps its value. */
export function updateInput<Fields extends InputFields>(
  fields: Fields,
): Input<z.ZodObject<Shape<Fields, 'update'>>> {
  return inputOf(fields, {
    isRequired: () => false,
    note: ({ presence }) => (presence === 'optional' ? 'null removes it' : undefined),
    check: (field) => {
      const check = field.check();
      return field.presence === 'optional' ? check.nullable().optional() : notNull(check).optional();
    },
  });
}

/** GraphQL has no type for a field that may be left out but is not null, so the check refuses null. */
function notNull(check: z.ZodType): z.ZodType {
  const given = z.unknown().refine((value) => value !== null, refusing(REFUSED.NULL()));
  return given.pipe(check as z.ZodType<unknown, NonNullable<unknown> | undefined>);
}

type AnyField = InputField<unknown, unknown, Presence>;

interface InputKind {
  readonly isRequired: (field: AnyField) => boolean;
  readonly note: (field: AnyField) => string | undefined;
  readonly check: (field: AnyField) => z.ZodType;
}

function inputOf<Of>(fields: InputFields, { isRequired, note, check }: InputKind): Of {
  const entries = Object.entries(fields);
  const resolved = entries.map(([name, field]): ResolvedField => {
    const { graphqlType, isList, idOf } = field;
    const isNeeded = isRequired(field);
    const description = sentence(field, note(field));
    return {
      name,
      graphqlType,
      isList,
      isRequired: isNeeded,
      description,
      ...(idOf !== undefined && { idOf }),
    };
  });
  const shape = Object.fromEntries(entries.map(([name, field]) => [name, check(field)]));
  // The shape is built from the fields that `Of` was computed from.
  return { fields: resolved, schema: z.object(shape) } as Of;
}

/** The description, the limits, and the effect of null or of leaving the field out. */
function sentence({ description, limits }: AnyField, note: string | undefined): string {
  const limited = [description, ...limits].join(', ');
  const text = note === undefined ? limited : `${limited}; ${note}`;
  return text.endsWith('.') ? text : `${text}.`;
}

/**
 * Checks and normalises the input of a client. Throws the first 100 errors together, each with its path in the
 * arguments; `root` is the argument that holds `value`.
 */
export function parseInput<Schema extends z.ZodType>(
  { schema }: Pick<Input<Schema>, 'schema'>,
  value: z.input<Schema>,
  root = 'input',
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new UserErrors(result.error.issues.map((issue) => errorAt(issue, [root, ...issue.path.map(String)])));
}

/** Makes the error of a refused value. A check of Zod without a fault refuses only what the schema does not let through. */
function errorAt(issue: z.core.$ZodIssue, path: readonly string[]): UserError {
  const fault =
    issue.code === 'custom' ? (issue.params?.fault as Fault<'INVALID_INPUT'> | undefined) : undefined;
  return userError(fault ?? REFUSED.OTHER_TYPE({ explanation: issue.message }), path);
}
