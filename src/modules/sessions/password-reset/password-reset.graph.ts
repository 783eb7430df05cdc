import { anyone, inherited } from '../../../core/rights/rules.ts';
import { outcomeFields, type Payload, settle } from '../../../graph/commands/command-field.ts';
import { inputType } from '../../../graph/inputs/input-type.ts';
import { ASKS_FOR_NO_VIEWER } from '../../../graph/schema/anonymous-operation.ts';
import { builder } from '../../../graph/schema/builder.ts';
import {
  passwordResetInput,
  passwordResetRequestInput,
  requestPasswordReset,
  resetPassword,
} from './password-reset.commands.ts';

const PasswordResetRequestInput = inputType(
  'PasswordResetRequestInput',
  'An account whose password is forgotten.',
  passwordResetRequestInput,
);

const PasswordResetRequestPayload = builder
  .objectRef<Payload<null>>('PasswordResetRequestPayload')
  .implement({
    description: 'What `passwordResetRequest` did. It is the same for every address.',
    rule: inherited,
    fields: (t) => outcomeFields(t),
  });

builder.mutationField('passwordResetRequest', (t) =>
  t.field({
    type: PasswordResetRequestPayload,
    rule: anyone,
    extensions: ASKS_FOR_NO_VIEWER,
    description:
      'Sends a link to set a new password to an address, if a person who may sign in with a password has it; the answer and its time are the same for every address. The link is good once, for an hour, and replaces an earlier one. A further request within two minutes sends nothing. After 100 requests from one network in 15 minutes the next ones have to wait: the error RATE_LIMITED says how long.',
    args: {
      input: t.arg({ type: PasswordResetRequestInput, required: true, description: 'The account.' }),
    },
    resolve: (_root, args, ctx) => settle(() => requestPasswordReset(ctx, args)),
  }),
);

const PasswordResetInput = inputType(
  'PasswordResetInput',
  'A new password, and the token of the link that allows to set it.',
  passwordResetInput,
);

const PasswordResetPayload = builder.objectRef<Payload<number>>('PasswordResetPayload').implement({
  description: 'What `passwordReset` did.',
  rule: inherited,
  fields: (t) => ({
    endedSessions: t.int({
      description: 'How many sessions were ended by it.',
      resolve: ({ row }) => row ?? 0,
    }),
    ...outcomeFields(t),
  }),
});

builder.mutationField('passwordReset', (t) =>
  t.field({
    type: PasswordResetPayload,
    rule: anyone,
    extensions: ASKS_FOR_NO_VIEWER,
    description:
      'Sets the password of the person to whom `passwordResetRequest` sent a link, and ends all sessions of that person. It begins none: sign in with the new password, and with the second factor if there is one. A password that is refused leaves the link as it is.',
    args: {
      input: t.arg({ type: PasswordResetInput, required: true, description: 'The password and the proof.' }),
    },
    resolve: (_root, args, ctx) => settle(() => resetPassword(ctx, args)),
  }),
);
