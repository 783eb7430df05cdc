import type { Input } from '../../core/requests/input.ts';
import { nounOfRows } from '../../core/rows/rows.ts';
import { capitalized } from '../../lib/capitalized.ts';
import { withArticle } from '../../lib/with-article.ts';
import { inputType } from '../inputs/input-type.ts';
import { idOf } from '../schema/id-of.ts';
import { expectedVersionArg } from '../schema/shared-args.ts';
import type { CommandArg, Mutation } from './command-field.ts';

// The arguments that mutations share. The input of a mutation is named after the mutation: `planCreate` takes a
// `PlanCreateInput`.

/** Makes the arguments of a mutation that creates a row. */
export function createArgs<Of extends Input>(input: Of) {
  return (arg: CommandArg, { name, rows }: Mutation) => {
    const noun = nounOfRows(rows);
    const type = inputType(`${capitalized(name)}Input`, `A new ${noun}.`, input);
    return { input: arg({ type, required: true, description: `The new ${noun}.` }) };
  };
}

/** Makes the arguments of a mutation that changes a row. */
export function updateArgs<Of extends Input>(input: Of) {
  return (arg: CommandArg, mutation: Mutation) => {
    const { name, rows } = mutation;
    const description = `Changes to ${withArticle(nounOfRows(rows))}. An omitted field keeps its value.`;
    const type = inputType(`${capitalized(name)}Input`, description, input);
    const { id, expectedVersion } = rowArgs(arg, mutation);
    return {
      id,
      input: arg({ type, required: true, description: 'The fields to change.' }),
      expectedVersion,
    };
  };
}

/** Makes the arguments of a mutation about one row. */
export function rowArgs(arg: CommandArg, { rows }: Mutation) {
  const description = `The id of the ${nounOfRows(rows)}.`;
  return {
    id: arg.id({ required: true, description, ...idOf(rows.type) }),
    expectedVersion: expectedVersionArg(arg),
  };
}
