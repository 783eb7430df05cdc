import type { InputRef } from '@pothos/core';
import type { Input, InputOf } from '../../core/requests/input.ts';
import { builder } from '../schema/builder.ts';
import { idOf } from '../schema/id-of.ts';

/**
 * Declares the GraphQL type of an input. The fields, their limits and their descriptions are those that the command
 * checks.
 */
export function inputType<Of extends Input>(
  name: string,
  description: string,
  { fields }: Of,
): InputRef<InputOf<Of>> {
  const ref = builder.inputRef<InputOf<Of> & object>(name);
  ref.implement({
    description,
    fields: (t) =>
      Object.fromEntries(
        fields.map((field) => [
          field.name,
          t.field({
            type: (field.isList ? [field.graphqlType] : field.graphqlType) as never,
            required: field.isRequired,
            description: field.description,
            ...(field.idOf !== undefined && idOf(field.idOf)),
          }),
        ]),
      ) as never,
  });
  return ref as unknown as InputRef<InputOf<Of>>;
}
