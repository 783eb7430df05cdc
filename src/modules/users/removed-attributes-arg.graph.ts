import type { CommandArg } from '../../graph/commands/command-field.ts';

/** The attributes that a mutation removes from one user or from many. */
export function removedAttributesArg(arg: CommandArg) {
  return arg.stringList({
    description:
      'What to remove: `name`, whatever its value, or `name=value`. What is not there is passed over.',
  });
}
