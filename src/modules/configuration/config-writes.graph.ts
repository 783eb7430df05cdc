import { signedIn } from '../../core/rights/rules.ts';
import { type CommandArg, commandField } from '../../graph/commands/command-field.ts';
import { inputType } from '../../graph/inputs/input-type.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { expectedVersionArg } from '../../graph/schema/shared-args.ts';
import { configurations } from './configuration.access.ts';
import { rollBackConfiguration, updateConfiguration } from './configuration.commands.ts';
import { configSettingInput, configUpdateInput } from './configuration-input.ts';
import { ConfigScope } from './setting-enums.graph.ts';

inputType('ConfigSettingInput', 'What a layer says of a path.', configSettingInput);

export const ConfigUpdateInput = inputType(
  'ConfigUpdateInput',
  'The paths of a layer to set and to unset. They are one version, or nothing is written.',
  configUpdateInput,
);

function previewTokenArg(arg: CommandArg) {
  return arg.string({
    description:
      'The token of a preview of these changes. Refused with VERSION_CONFLICT if the layer, one above it or the catalogue has changed since.',
  });
}

commandField(
  'configUpdate',
  configurations,
  (arg) => ({
    input: arg({ type: ConfigUpdateInput, required: true, description: 'The changes.' }),
    unchangedSinceVersion: arg.int({
      description:
        'The version that the client knows, 0 for none. Refused with VERSION_CONFLICT if one of the named paths was written since; writes of other paths are no reason.',
    }),
    requireReauthentication: arg.boolean({
      description:
        'Whether all users on whom the layer acts sign in again, those included who satisfy the settings: their sessions end, that of the viewer too, and their sockets close with 4403. Paths that have their values already may be named.',
    }),
    previewToken: previewTokenArg(arg),
  }),
  {
    description:
      'Sets and unsets paths of the layer of the platform, of a business type, of a tenant, or of the viewer. What the layer has already is left out. Locks and floors of the platform and of a business type act immediately; the rest acts on a tenant as soon as it has adopted the version, by itself.',
    rule: signedIn,
    run: (ctx, args) => updateConfiguration(ctx, args),
  },
);

commandField(
  'configRollback',
  configurations,
  (arg) => ({
    scope: arg({ type: ConfigScope, required: true, description: 'The scope of the layer.' }),
    tenantId: arg.id({
      description: 'The tenant of the layer. Optional for users who belong to a single tenant.',
      ...idOf('Tenant'),
    }),
    businessTypeId: arg.id({
      description: 'The business type of the layer, for the scope BUSINESS_TYPE.',
      ...idOf('BusinessType'),
    }),
    toVersion: arg.int({ required: true, description: 'The version whose values and modes to write again.' }),
    dryRun: arg.boolean({ description: 'Only check; write nothing. `configDiff` shows what would change.' }),
    expectedVersion: expectedVersionArg(arg),
    previewToken: previewTokenArg(arg),
  }),
  {
    description:
      'Writes a version of a layer with the values and modes that it had in an earlier one. It is refused as a whole if the layers above do not allow one of them. It does not take back what a tenant has adopted, and leaves secrets at their newest version.',
    rule: signedIn,
    run: (ctx, args) => rollBackConfiguration(ctx, args),
    extras: (t) => ({
      secretsKept: t.stringList({
        description:
          'The paths of the secrets that had another version then, or none, and stay as they are. Empty if the mutation was refused.',
        resolve: ({ done }) => [...(done?.secretsKept ?? [])],
      }),
    }),
  },
);
