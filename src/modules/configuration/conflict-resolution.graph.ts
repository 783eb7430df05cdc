import { rowArgs } from '../../graph/commands/command-args.ts';
import { commandField } from '../../graph/commands/command-field.ts';
import { inputType } from '../../graph/inputs/input-type.ts';
import { configConflicts } from '../config-conflicts/config-conflicts.access.ts';
import { configConflictResolveInput, resolveConflict } from './conflict-resolution.commands.ts';

// Beside the other writes of layers: a resolution is one of them, and no other room can write a layer.

const ConfigConflictResolveInput = inputType(
  'ConfigConflictResolveInput',
  'The decision of a conflict: a side, or another value.',
  configConflictResolveInput,
);

commandField(
  'configConflictResolve',
  configConflicts,
  (arg, mutation) => ({
    ...rowArgs(arg, mutation),
    input: arg({ type: ConfigConflictResolveInput, required: true, description: 'The decision.' }),
  }),
  {
    description:
      'Resolves an open conflict, as a version of the tenant’s layer: the tenant’s own setting is unset, stays, or gets another value. It is refused like any write, e.g. for a lock above.',
    rule: configConflicts.writeRule,
    run: (ctx, args) => resolveConflict(ctx, args),
  },
);
