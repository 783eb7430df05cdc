import { requireViewer } from '../../core/context.ts';
import { parseInput } from '../../core/requests/input.ts';
import { inherited } from '../../core/rights/rules.ts';
import { type Payload, settle } from '../../graph/commands/command-field.ts';
import { inputType } from '../../graph/inputs/input-type.ts';
import { builder } from '../../graph/schema/builder.ts';
import { UserError } from '../../graph/schema/user-error.ts';
import { audienceOf, broadcastAudienceInput, countPeople, MAX_PEOPLE } from './broadcast-audience.ts';
import { maySend } from './broadcasts.access.ts';

const BroadcastAudienceInput = inputType(
  'BroadcastAudienceInput',
  'The users whom a broadcast addresses.',
  broadcastAudienceInput,
);

const BroadcastPreview = builder.objectRef<Payload<number>>('BroadcastPreview').implement({
  description: 'The size of an audience.',
  rule: inherited,
  fields: (t) => ({
    peopleCount: t.int({
      nullable: true,
      description: `The number of users who can sign in and whom it addresses now, at most ${MAX_PEOPLE.toLocaleString('en-US')}. Null if the audience was refused.`,
      resolve: ({ done }) => done,
    }),
    userErrors: t.field({
      type: [UserError],
      description:
        'Why the audience was refused, as `broadcastSend` refuses it; empty when it can be sent to.',
      resolve: ({ userErrors }) => userErrors,
    }),
  }),
});

builder.queryField('broadcastPreview', (t) =>
  t.field({
    type: BroadcastPreview,
    rule: maySend,
    // The rows of the audience that are looked up, and their users.
    extensions: { statements: 3 },
    description: 'Counts the users whom a broadcast would address. Changes nothing.',
    args: {
      audience: t.arg({ type: BroadcastAudienceInput, required: true, description: 'The audience.' }),
    },
    resolve: (_root, { audience }, context) => {
      const ctx = requireViewer(context);
      return settle(async () => {
        const named = parseInput(broadcastAudienceInput, audience, 'audience');
        const value = await countPeople(ctx.db, await audienceOf(ctx.db, ctx, named, 'audience'));
        return { value, cursor: null };
      });
    },
  }),
);
