import { requireSession } from '../../core/context.ts';
import { signedIn } from '../../core/rights/rules.ts';
import { commandField } from '../../graph/commands/command-field.ts';
import { inputType } from '../../graph/inputs/input-type.ts';
import { expectedVersionArg } from '../../graph/schema/shared-args.ts';
import { updateViewer, viewerUpdateInput } from './own-profile.commands.ts';
import { users } from './users.access.ts';

const ViewerUpdateInput = inputType(
  'ViewerUpdateInput',
  'Changes to the profile of the viewer. An omitted field keeps its value.',
  viewerUpdateInput,
);

commandField(
  'viewerUpdate',
  users,
  (arg) => ({
    input: arg({ type: ViewerUpdateInput, required: true, description: 'The fields to change.' }),
    expectedVersion: expectedVersionArg(arg),
  }),
  {
    description:
      'Changes the profile of the viewer, in whatever role. The address is changed with `emailChangeRequest`.',
    rule: signedIn,
    run: (ctx, args) => updateViewer(requireSession(ctx), args),
  },
);
