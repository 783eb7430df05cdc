import { requireSession } from '../../../core/context.ts';
import { anyone, inherited, signedIn } from '../../../core/rights/rules.ts';
import { outcomeFields, type Payload, settle } from '../../../graph/commands/command-field.ts';
import { inputType } from '../../../graph/inputs/input-type.ts';
import { ASKS_FOR_NO_VIEWER } from '../../../graph/schema/anonymous-operation.ts';
import { builder } from '../../../graph/schema/builder.ts';
import {
  confirmEmailChange,
  emailChangeRequestInput,
  emailLinkInput,
  requestEmailChange,
  withdrawEmailChange,
} from './email-change.commands.ts';

const EmailChangeRequestInput = inputType(
  'EmailChangeRequestInput',
  'A new address, and proof that it is the viewer who wants it.',
  emailChangeRequestInput,
);

const EmailChangeRequestPayload = builder.objectRef<Payload<null>>('EmailChangeRequestPayload').implement({
  description: 'The result of `emailChangeRequest`. It is the same for every address.',
  rule: inherited,
  fields: (t) => outcomeFields(t),
});

builder.mutationField('emailChangeRequest', (t) =>
  t.field({
    type: EmailChangeRequestPayload,
    rule: signedIn,
    description:
      'Asks for another address for the viewer: a link that confirms it is sent to the new address, and one that withdraws it to the old address. Both are good once, for an hour. The answer is the same for every address, also for one that has an account. A further request, another password and another address end it. After 100 requests from one network in 15 minutes the next ones have to wait: the error RATE_LIMITED says how long.',
    args: {
      input: t.arg({
        type: EmailChangeRequestInput,
        required: true,
        description: 'The address and the proof.',
      }),
    },
    resolve: (_root, args, ctx) => settle(() => requestEmailChange(requireSession(ctx), args)),
  }),
);

const EmailChangeConfirmInput = inputType(
  'EmailChangeConfirmInput',
  'The link that was sent to a new address.',
  emailLinkInput,
);

const EmailChangeConfirmPayload = builder
  .objectRef<Payload<{ readonly email: string }>>('EmailChangeConfirmPayload')
  .implement({
    description: 'The result of `emailChangeConfirm`.',
    rule: inherited,
    fields: (t) => ({
      email: t.string({
        nullable: true,
        description:
          'The address with which the person signs in from now on. Null if the mutation was refused.',
        resolve: ({ row }) => row?.email ?? null,
      }),
      ...outcomeFields(t),
    }),
  });

builder.mutationField('emailChangeConfirm', (t) =>
  t.field({
    type: EmailChangeConfirmPayload,
    rule: anyone,
    extensions: ASKS_FOR_NO_VIEWER,
    description:
      'Gives the person who asked for it with `emailChangeRequest` the new address. An e-mail to the old address says so. Sessions stay. ALREADY_EXISTS: another user has the address.',
    args: {
      input: t.arg({ type: EmailChangeConfirmInput, required: true, description: 'The link.' }),
    },
    resolve: (_root, args, ctx) => settle(() => confirmEmailChange(ctx, args)),
  }),
);

const EmailChangeWithdrawInput = inputType(
  'EmailChangeWithdrawInput',
  'The link that was sent to the old address.',
  emailLinkInput,
);

const EmailChangeWithdrawPayload = builder.objectRef<Payload<null>>('EmailChangeWithdrawPayload').implement({
  description: 'The result of `emailChangeWithdraw`.',
  rule: inherited,
  fields: (t) => outcomeFields(t),
});

builder.mutationField('emailChangeWithdraw', (t) =>
  t.field({
    type: EmailChangeWithdrawPayload,
    rule: anyone,
    extensions: ASKS_FOR_NO_VIEWER,
    description: 'Ends a change of the address that was not confirmed yet: its person keeps the old one.',
    args: {
      input: t.arg({ type: EmailChangeWithdrawInput, required: true, description: 'The link.' }),
    },
    resolve: (_root, args, ctx) => settle(() => withdrawEmailChange(ctx, args)),
  }),
);

builder.objectField('Viewer', 'pendingEmail', (t) =>
  t.string({
    nullable: true,
    rule: ({ apiToken }) => apiToken === null,
    description:
      'The address that waits to be confirmed. Null if none does, and for an API token; no other user reads it.',
    resolve: async ({ userId }, _args, { db, clock }) => {
      const where = { userId, expiresAt: { gt: clock.now() } };
      return (await db.emailChange.findFirst({ where, select: { email: true } }))?.email ?? null;
    },
  }),
);
