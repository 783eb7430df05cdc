import type { InputFieldMap, InputShapeFromFields } from '@pothos/core';
import type { GraphQLSchema } from 'graphql';
import type { z } from 'zod';
import type { ViewerContext } from '../../core/context.ts';
import type { CreateArgs, RowArgs, UpdateArgs } from '../../core/requests/command-args.ts';
import type { Input } from '../../core/requests/input.ts';
import type { Rule } from '../../core/rights/rules.ts';
import type { EntityRow } from '../../core/rows/change.ts';
import { nounOfRows, type Rows } from '../../core/rows/rows.ts';
import type { Written } from '../../core/rows/transact.ts';
import { updateCommand } from '../../db/input-commands.ts';
import { deleteRow } from '../../db/row-commands.ts';
import { withArticle } from '../../lib/with-article.ts';
import { createArgs, rowArgs, updateArgs } from './command-args.ts';
import { type CommandArg, commandField, type Mutation } from './command-field.ts';

// The mutations that most entities have: a `commandField` with the usual arguments and description, for the viewers that
// may write the rows. A mutation for others, or with other arguments, is a `commandField` itself.

type Run<Row, Args> = (ctx: ViewerContext, args: Args, schema: GraphQLSchema) => Promise<Written<Row>>;

/** Declares a mutation that creates a row with an input named after it: `planCreate` takes a `PlanCreateInput`. */
export function createField<Row extends EntityRow, Of extends Input>(
  name: string,
  rows: Rows<Row>,
  input: Of,
  run: Run<Row, CreateArgs<Of>>,
  description = `Creates ${withArticle(nounOfRows(rows))}.`,
): void {
  commandField(name, rows, createArgs(input), {
    description,
    rule: writeRuleOf(rows),
    run: (ctx, args, schema) => run(ctx, args as CreateArgs<Of>, schema),
  });
}

/** Declares a mutation that writes the given fields, which are columns of the row unless `run` makes columns of them. */
export function updateField<Row extends EntityRow, Of extends Input<z.ZodType<Partial<Row>>>>(
  name: string,
  rows: Rows<Row>,
  input: Of,
): void;
export function updateField<Row extends EntityRow, Of extends Input>(
  name: string,
  rows: Rows<Row>,
  input: Of,
  run: Run<Row, UpdateArgs<Of>>,
  description?: string,
): void;
export function updateField<Row extends EntityRow, Of extends Input<z.ZodType<Partial<Row>>>>(
  name: string,
  rows: Rows<Row>,
  input: Of,
  run: Run<Row, UpdateArgs<Of>> = updateCommand(rows, input, (_tx, data) => data),
  description = `Changes the given fields of ${withArticle(nounOfRows(rows))}.`,
): void {
  commandField(name, rows, updateArgs(input), {
    description,
    rule: writeRuleOf(rows),
    run: (ctx, args, schema) => run(ctx, args as UpdateArgs<Of>, schema),
  });
}

/** Declares a mutation that deletes a row; `run` replaces the usual deletion. */
export function deleteField<Row extends EntityRow>(
  name: string,
  rows: Rows<Row>,
  description = `Deletes ${withArticle(nounOfRows(rows))}.`,
  run: Run<Row, RowArgs> = (ctx, args) => deleteRow(ctx, rows, args),
): void {
  commandField(name, rows, rowArgs, { description, rule: writeRuleOf(rows), run });
}

function writeRuleOf({ type, writeRule }: Pick<Rows<never>, 'type' | 'writeRule'>): Rule {
  if (!writeRule) throw new Error(`The rows of ${type} do not say who may write them (writeRule).`);
  return writeRule;
}

/** The arguments that name the row and its version. */
type UsualArgs = ReturnType<typeof rowArgs>;

/** The parts in which mutations with further arguments differ. */
interface RowCommandField<Row extends EntityRow, Args extends InputFieldMap> {
  readonly description: string;
  readonly rule: Rule;
  /** The arguments beside the row's id and version. */
  readonly args: (arg: CommandArg) => Args;
  readonly run: (ctx: ViewerContext, args: InputShapeFromFields<Args & UsualArgs>) => Promise<Written<Row>>;
}

/** Declares a mutation that does something of its own to one row. */
export function rowCommandField<Row extends EntityRow, Args extends InputFieldMap>(
  name: string,
  rows: Rows<Row>,
  { args, description, rule, run }: RowCommandField<Row, Args>,
): void {
  const allArgs = (arg: CommandArg, mutation: Mutation) => ({ ...args(arg), ...rowArgs(arg, mutation) });
  commandField(name, rows, allArgs, { description, rule, run });
}
