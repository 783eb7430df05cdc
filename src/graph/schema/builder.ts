import './field-rules.ts';
import './mutation-time.ts';
import './nullable-roots.ts';
import './row-ids.ts';
import SchemaBuilder from '@pothos/core';
import PrismaPlugin from '@pothos/plugin-prisma';
import type { Context } from '../../core/context.ts';
import type PrismaTypes from '../../generated/pothos.ts';
import { getDatamodel } from '../../generated/pothos.ts';
import { CurrencyCodeScalar, CursorScalar, DateTimeScalar, JsonScalar, MinorUnitsScalar } from './scalars.ts';

/** The row types that rooms show under names of their own and that other rooms refer to. Each room adds its own. */
// biome-ignore lint/suspicious/noEmptyInterface: rooms add to it by `declare module`
export interface RoomObjects {}

/**
 * The one builder that every room adds its part of the schema to. Importing it does no I/O: the database client
 * comes with each operation's context.
 */
export const builder = new SchemaBuilder<{
  Context: Context;
  PrismaTypes: PrismaTypes;
  Objects: RoomObjects;
  DefaultFieldNullability: false;
  DefaultInputFieldRequiredness: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    Cursor: { Input: string; Output: string };
    CurrencyCode: { Input: string; Output: string };
    MinorUnits: { Input: number; Output: number };
    JSON: { Input: unknown; Output: unknown };
  };
}>({
  plugins: ['fieldRules', 'mutationTime', 'nullableRoots', 'rowIds', PrismaPlugin],
  defaultFieldNullability: false,
  prisma: { client: ({ db }) => db, dmmf: getDatamodel() },
});

builder.queryType({
  description: 'Everything that can be read. A refused query is null, and the others are answered.',
});
builder.mutationType({
  description:
    'Everything that can be changed. Each mutation is one transaction: a refused mutation is null, and the others are written.',
});
builder.subscriptionType({
  description:
    'Streams of committed changes. Nothing committed is lost: pass the last `cursor` as `after` and the stream resumes after it.',
});

builder.addScalarType('DateTime', DateTimeScalar);
builder.addScalarType('Cursor', CursorScalar);
builder.addScalarType('CurrencyCode', CurrencyCodeScalar);
builder.addScalarType('MinorUnits', MinorUnitsScalar);
builder.addScalarType('JSON', JsonScalar);

/** The type parameters of the builder. */
export type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never;
