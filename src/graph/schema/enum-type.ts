import { ENUMS } from '../../generated/models.ts';
import { builder, type Types } from './builder.ts';

type Enums = typeof ENUMS;

/** Declares the GraphQL enum of a database enum: each value with its description, in the order of the database. */
export function enumType<Name extends keyof Enums>(
  name: Name,
  description: string,
  values: Readonly<Record<Enums[Name][number], string>>,
): PothosSchemaTypes.EnumRef<Types, Enums[Name][number]> {
  const described = values as Readonly<Record<string, string>>;
  const inOrder = ENUMS[name].map((value) => [value, { description: described[value] }]);
  const type = builder.enumType(name as string, { description, values: Object.fromEntries(inOrder) });
  // Object.fromEntries loses the names of the entries.
  return type as unknown as PothosSchemaTypes.EnumRef<Types, Enums[Name][number]>;
}
