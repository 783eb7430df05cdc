import type {
  FieldMap,
  InputFieldMap,
  InputShapeFromFields,
  MutationFieldBuilder,
  ObjectFieldBuilder,
} from '@pothos/core';
import type { GraphQLSchema } from 'graphql';
import { requireViewer, type ViewerContext } from '../core/context.ts';
import { type UserError as UserErrorShape, UserErrors } from '../core/errors.ts';
import type { Rule } from '../core/rules.ts';
import { inherited } from '../core/rules.ts';
import type { Written } from '../core/transact.ts';
import { capitalized } from '../lib/capitalized.ts';
import { builder } from './builder.ts';
import { UserError } from './user-error.ts';

type Builder = typeof builder;
type Types = Builder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never;
/** A type by its reference or, where another room declares it, by its name. */
type EntityType<Row> =
  | (Parameters<Builder['objectType']>[0] & { readonly $inferType: Row })
  | {
      [Name in keyof Types['Objects']]: Types['Objects'][Name] extends Row ? Name : never;
    }[keyof Types['Objects']];

/** Makes the arguments of a mutation. */
export type CommandArg = MutationFieldBuilder<Types, Types['Root']>['arg'];

/** What a mutation answers with. */
export interface Payload<Row> {
  /** The entity to show: as the command left it, or on a version conflict as it stands. */
  readonly row: Row | null;
  /** What the command did; null if it was refused. */
  readonly done: Row | null;
  readonly cursor: string | null;
  readonly userErrors: readonly UserErrorShape[];
}

/** What differs from one command to the next. */
export interface Command<Row extends { id: string }, Args extends InputFieldMap, Done extends Row> {
  readonly description: string;
  readonly rule: Rule;
  /** The payload's field that holds the entity, and the entity's type. */
  readonly noun: string;
  readonly type: EntityType<Row>;
  readonly args: (arg: CommandArg) => Args;
  readonly run: (
    ctx: ViewerContext,
    args: InputShapeFromFields<Args>,
    schema: GraphQLSchema,
  ) => Promise<Written<Done>>;
  /** What the payload says beside the entity, for a command that does more than to change it. */
  readonly extras?: (t: ObjectFieldBuilder<Types, Payload<Done>>) => FieldMap;
}

/**
 * Declares a mutation and its payload `{ <noun>, <noun>Id, cursor, userErrors }` with the command's extras. What `run`
 * throws as UserErrors becomes `userErrors`, with the current entity on a version conflict; everything else is a request
 * error.
 */
export function commandField<Row extends { id: string }, Args extends InputFieldMap, Done extends Row = Row>(
  name: string,
  { description, rule, noun, type, args, run, extras }: Command<Row, Args, Done>,
): void {
  const payload = payloadType(name, { noun, type, extras });
  builder.mutationField(name, (t) =>
    t.field({
      type: payload,
      description,
      rule,
      args: args(t.arg),
      resolve: (_root, input, ctx, { schema }) => settle(() => run(requireViewer(ctx), input, schema)),
    }),
  );
}

function payloadType<Row extends { id: string }, Args extends InputFieldMap, Done extends Row>(
  name: string,
  { noun, type, extras }: Pick<Command<Row, Args, Done>, 'noun' | 'type' | 'extras'>,
) {
  const typeName = `${capitalized(name)}Payload`;
  return builder.objectRef<Payload<Done>>(typeName).implement({
    description: `What \`${name}\` did.`,
    rule: inherited,
    fields: (t) => ({
      [noun]: t.field({
        type,
        nullable: true,
        description:
          'The entity after the mutation; on VERSION_CONFLICT its current state, after a deletion its last state. Null if the mutation was refused for another reason.',
        resolve: ({ row }) => row as never,
      }),
      [`${noun}Id`]: t.id({
        nullable: true,
        description: 'The id of the entity. Null if there is none.',
        resolve: ({ row }) => row?.id ?? null,
      }),
      cursor: t.expose('cursor', {
        type: 'Cursor',
        nullable: true,
        description: 'The position of this write in its feed. Null if nothing was changed.',
      }),
      userErrors: t.field({
        type: [UserError],
        description: 'Why nothing was changed; empty when the mutation succeeded.',
        resolve: ({ userErrors }) => userErrors,
      }),
      ...extras?.(t),
    }),
  });
}

/** Runs a command and answers for it: what it throws as UserErrors becomes `userErrors`. */
export async function settle<Row>(run: () => Promise<Written<Row>>): Promise<Payload<Row>> {
  try {
    const { value, cursor } = await run();
    return { row: value, done: value, cursor, userErrors: [] };
  } catch (error) {
    if (!(error instanceof UserErrors)) throw error;
    return {
      row: (error.current ?? null) as Row | null,
      done: null,
      cursor: null,
      userErrors: error.errors,
    };
  }
}
