import type {
  FieldMap,
  InputFieldMap,
  InputShapeFromFields,
  MutationFieldBuilder,
  ObjectFieldBuilder,
} from '@pothos/core';
import type { GraphQLSchema } from 'graphql';
import { requireViewer, type ViewerContext } from '../../core/context.ts';
import { BadArgument, type UserError as UserErrorShape, UserErrors } from '../../core/requests/errors.ts';
import { type ModuleName, requireModuleToWrite } from '../../core/rights/modules.ts';
import type { Rule } from '../../core/rights/rules.ts';
import { inherited } from '../../core/rights/rules.ts';
import type { EntityRow } from '../../core/rows/change.ts';
import { rooms } from '../../core/rows/room.ts';
import { fieldOf, type Rows } from '../../core/rows/rows.ts';
import type { Idempotency, Transact, Written } from '../../core/rows/transact.ts';
import { capitalized } from '../../lib/capitalized.ts';
import { builder, type Types } from '../schema/builder.ts';
import { moduleOfRule } from '../schema/field-rules.ts';
import { idempotencyKeyArg } from '../schema/shared-args.ts';
import { UserError } from '../schema/user-error.ts';

/** Makes the arguments of a mutation. */
export type CommandArg = MutationFieldBuilder<Types, Types['Root']>['arg'];

/** The part of a mutation that its arguments need. */
export interface Mutation {
  readonly name: string;
  readonly rows: Pick<Rows<never>, 'entity' | 'type'>;
}

/** The answer of a mutation. */
export interface Payload<Row> {
  /** The entity to show: its state after the command, or on a version conflict its current state. */
  readonly row: Row | null;
  /** The result of the command; null if it was refused. */
  readonly done: Row | null;
  readonly cursor: string | null;
  readonly userErrors: readonly UserErrorShape[];
}

/** The parts in which mutations differ. */
export interface Command<Row extends { id: string }, Args extends InputFieldMap, Done extends Row> {
  readonly description: string;
  readonly rule: Rule;
  readonly run: (
    ctx: ViewerContext,
    args: InputShapeFromFields<Args>,
    schema: GraphQLSchema,
  ) => Promise<Written<Done>>;
  /** Further fields of the payload, for a command with more results than the changed row. */
  readonly extras?: (t: ObjectFieldBuilder<Types, Payload<Done>>) => FieldMap;
}

/**
 * Declares a mutation on some rows, which takes an idempotency key, and its payload
 * `{ <field>, <field>Id, cursor, userErrors }` with the command's extras, where `<field>` is e.g. `plan`. UserErrors that
 * `run` throws become `userErrors`, with the current row on a version conflict; everything else is a request error.
 */
export function commandField<Row extends EntityRow, Args extends InputFieldMap, Done extends Row = Row>(
  name: string,
  rows: Pick<Rows<Row>, 'entity' | 'type'>,
  args: (arg: CommandArg, mutation: Mutation) => Args,
  { description, rule, run, extras }: Command<Row, Args, Done>,
): void {
  const payload = payloadType(name, rows, extras);
  builder.mutationField(name, (t) =>
    t.field({
      type: payload,
      description,
      rule,
      args: { ...args(t.arg, { name, rows }), idempotencyKey: idempotencyKeyArg(t.arg) },
      resolve: (_root, given, ctx, { schema }) => {
        const call = given as unknown as InputShapeFromFields<Args> & Repeatable; // TypeScript does not join generic types
        const modules = [rooms.moduleOf(rows.entity.name), moduleOfRule(rule)];
        return settle(() => run(repeatable(within(modules, requireViewer(ctx)), name, call), call, schema));
      },
    }),
  );
}

/**
 * The context of a command of some modules. Throws UserErrors if the viewer's tenant is without one of them; a viewer of
 * several tenants is refused by the row that the command returns, before it is committed.
 */
function within(modules: readonly (ModuleName | undefined)[], ctx: ViewerContext): ViewerContext {
  const { viewer } = ctx;
  const requireAll = (tenantId?: string | null) => {
    for (const module of modules) requireModuleToWrite(viewer, module, tenantId);
  };
  requireAll();
  const transact: Transact = (work, idempotency) =>
    ctx.transact(async (tx) => {
      const value = await work(tx);
      requireAll((value as Partial<PlacedRow> | null)?.tenantId);
      return value;
    }, idempotency);
  return { ...ctx, transact };
}

/** A row that belongs to a tenant, or to none. */
interface PlacedRow {
  readonly tenantId: string | null;
}

/** The argument that makes a mutation repeatable; see `Idempotency`. */
interface Repeatable {
  readonly idempotencyKey?: string | null;
}

/** The context of a command: its transaction is the effect of the request under the key, if the client sent one. */
function repeatable(
  ctx: ViewerContext,
  name: string,
  { idempotencyKey: key, ...args }: Repeatable,
): ViewerContext {
  if (key == null) return ctx;
  const ofMutation: Idempotency = { key, request: [name, withoutNulls(args)] };
  return { ...ctx, transact: (work, idempotency = ofMutation) => ctx.transact(work, idempotency) };
}

/** An argument that is null means the same as one that is absent; a null inside an input does not. */
function withoutNulls(args: object): object {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null));
}

function payloadType<Row extends EntityRow, Args extends InputFieldMap, Done extends Row>(
  name: string,
  rows: Pick<Rows<Row>, 'entity' | 'type'>,
  extras: Command<Row, Args, Done>['extras'],
) {
  const field = fieldOf(rows);
  return builder.objectRef<Payload<Done>>(`${capitalized(name)}Payload`).implement({
    description: `The result of \`${name}\`.`,
    rule: inherited,
    fields: (t) => ({
      [field]: t.field({
        type: rows.type as never,
        nullable: true,
        description:
          'The entity after the mutation; on VERSION_CONFLICT its current state, after a deletion its last state. Null if the mutation was refused for another reason.',
        resolve: ({ row }) => row as never,
      }),
      [`${field}Id`]: t.id({
        nullable: true,
        description: 'The id of the entity. Null if there is none.',
        resolve: ({ row }) => row?.id ?? null,
      }),
      ...outcomeFields(t),
      ...extras?.(t),
    }),
  });
}

/** Makes the fields of all payloads: the position of the write in its feed, or the reasons why nothing was written. */
export function outcomeFields<Row>(t: ObjectFieldBuilder<Types, Payload<Row>>) {
  return {
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
  };
}

/** Runs a command and makes its payload: UserErrors and refused arguments become `userErrors`. */
export async function settle<Row>(run: () => Promise<Written<Row>>): Promise<Payload<Row>> {
  try {
    const { value, cursor } = await run();
    return { row: value, done: value, cursor, userErrors: [] };
  } catch (thrown) {
    const error = thrown instanceof BadArgument ? thrown.asUserErrors() : thrown;
    if (!(error instanceof UserErrors)) throw error;
    return {
      row: (error.current ?? null) as Row | null,
      done: null,
      cursor: null,
      userErrors: error.errors,
    };
  }
}
