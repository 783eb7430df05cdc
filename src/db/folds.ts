import { foldOf, type Model, type ModelName } from '../core/rows/models.ts';
import { MODELS } from '../generated/models.ts';
import { PrismaClient } from '../generated/prisma/client.ts';
import { fold } from '../lib/fold.ts';
import { uncapitalized } from '../lib/uncapitalized.ts';
import { amountsAsNumbers } from './minor-units.ts';

type Options = ConstructorParameters<typeof PrismaClient>[0];

/** The text columns of a model that have a fold. */
export function foldedColumns(model: ModelName): string[] {
  const { columns }: Model = MODELS[model];
  return Object.keys(columns).filter((name) => columns[name]?.isFolded);
}

const FOLDED: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.keys(MODELS).map((model) => [model, foldedColumns(model as ModelName)]),
);

/** Rows come without their folds, which only the database needs. */
const OMITTED = Object.fromEntries(
  Object.entries(FOLDED)
    .filter(([, columns]) => columns.length > 0)
    .map(([model, columns]) => [
      uncapitalized(model),
      Object.fromEntries(columns.map((column) => [foldOf(column), true])),
    ]),
);

/** Opens a Prisma client that writes the fold of each text with it, and whose rows hold amounts as numbers. */
export function openPrisma(options: Options): PrismaClient {
  const onData = ({ model, args, query }: Write) => query({ ...args, data: withFolds(model, args.data) });
  const folding = new PrismaClient({ ...options, omit: OMITTED }).$extends({
    query: {
      $allModels: {
        create: onData as never,
        createMany: onData as never,
        createManyAndReturn: onData as never,
        update: onData as never,
        updateMany: onData as never,
        updateManyAndReturn: onData as never,
        upsert: (({ model, args, query }: Write) =>
          query({
            ...args,
            create: withFolds(model, args.create),
            update: withFolds(model, args.update),
          })) as never,
      },
    },
  });
  const open = folding.$extends(amountsAsNumbers);
  // An extended client has the same methods; it lacks `$on`, which nothing here calls.
  return open as unknown as PrismaClient;
}

/** A write of any model. Prisma types it for each model and operation; these have what is used here in common. */
interface Write {
  readonly model: string;
  readonly args: { readonly data?: unknown; readonly create?: unknown; readonly update?: unknown };
  readonly query: (args: object) => Promise<unknown>;
}

function withFolds(model: string, data: unknown): unknown {
  if (Array.isArray(data)) return data.map((one) => withFolds(model, one));
  const given = data as Readonly<Record<string, unknown>>;
  const folds = (FOLDED[model] ?? []).flatMap((column) => {
    const value = given[column];
    if (value === undefined) return [];
    if (value !== null && typeof value !== 'string') throw new Error(`Write ${model}.${column} as a text.`);
    return [[foldOf(column), value === null ? null : fold(value)]];
  });
  return { ...given, ...Object.fromEntries(folds) };
}
