import type { CreateArgs } from '../../../core/requests/command-args.ts';
import { anyone, inherited } from '../../../core/rights/rules.ts';
import { createArgs, rowArgs } from '../../../graph/commands/command-args.ts';
import { commandField, outcomeFields, type Payload, settle } from '../../../graph/commands/command-field.ts';
import { deleteField } from '../../../graph/commands/row-commands.ts';
import { changeFields } from '../../../graph/events/change-fields.ts';
import { filterInput } from '../../../graph/inputs/filter.ts';
import { inputType } from '../../../graph/inputs/input-type.ts';
import { orderInput } from '../../../graph/inputs/order-input.ts';
import { relationField } from '../../../graph/rows/relations.ts';
import { rowField, rowsField } from '../../../graph/rows/row-fields.ts';
import { rowType } from '../../../graph/rows/row-type.ts';
import { ASKS_FOR_NO_VIEWER } from '../../../graph/schema/anonymous-operation.ts';
import { builder } from '../../../graph/schema/builder.ts';
import { enumType } from '../../../graph/schema/enum-type.ts';
import { customers } from '../../customers/customers.access.ts';
import { users } from '../users.access.ts';
import { type Accepted, acceptInvitation, invitationAcceptInput } from './invitation-accept.commands.ts';
import { DEFAULT_DAYS } from './invitation-state.ts';
import { invitations } from './invitations.access.ts';
import {
  createInvitation,
  invitationCreateInput,
  resendInvitation,
  withdrawInvitation,
} from './invitations.commands.ts';

enumType('InvitationStatus', 'Status of an invitation.', {
  PENDING: 'Open: the person can accept it.',
  ACCEPTED: 'The person has become a user.',
  WITHDRAWN: 'Taken back before it was accepted.',
  EXPIRED: 'Its end came before it was accepted.',
});

rowType('Invitation', invitations, {
  description: 'An invitation by e-mail to become a user of a tenant. The person sets the password.',
  columns: {
    tenantId: 'The tenant.',
    customerId:
      'The customer of which the person becomes a member. Null unless it is for OWNER, MANAGER or RESIDENT.',
    userId: 'The user who accepted it. Null until it is accepted.',
    email: 'The address to which it is sent, and with which the person will sign in.',
    role: 'The role that the person will have.',
    status: 'The status.',
    sentAt: 'When its link was last sent.',
    expiresAt: 'When it ends.',
    endedAt: 'When it was accepted or withdrawn, or expired. Null while it is open.',
  },
});

relationField('Invitation', 'customer', customers, {
  description: 'The customer. Null if there is none, or the viewer may not see it.',
  column: 'customerId',
  columns: [],
});

relationField('Invitation', 'user', users, {
  description: 'The user who accepted it. Null until it is accepted, and if the viewer may not see the user.',
  column: 'userId',
  columns: [],
});

const InvitationFilter = filterInput(invitations, {
  email: 'By address.',
  role: 'By role.',
  status: 'By status.',
  customerId: { idOf: 'Customer', description: 'By customer.' },
  userId: { idOf: 'User', description: 'By the user who accepted it.' },
  sentAt: 'By the time when its link was last sent.',
  expiresAt: 'By its end.',
  endedAt: 'By the time when it was accepted or withdrawn, or expired.',
});

const InvitationOrder = orderInput(invitations, ['createdAt', 'desc'], {
  email: 'By address.',
  role: 'By role.',
  status: 'By status, from PENDING to EXPIRED.',
  sentAt: 'By the time when its link was last sent.',
  expiresAt: 'By its end.',
  endedAt: 'By the time when it was accepted or withdrawn, or expired. Open ones come last, with DESC first.',
});

rowField('invitation', invitations);

rowsField('invitations', invitations, { filter: InvitationFilter, order: InvitationOrder });

commandField('invitationCreate', invitations, createArgs(invitationCreateInput), {
  description:
    'Invites a person by e-mail to become a user of a tenant. The answer is the same if the address has an account in another tenant; its person learns of that when accepting.',
  rule: invitations.writeRule,
  run: (ctx, args) => createInvitation(ctx, args as CreateArgs<typeof invitationCreateInput>),
});

commandField(
  'invitationResend',
  invitations,
  (arg, mutation) => ({
    ...rowArgs(arg, mutation),
    expiresAt: arg({
      type: 'DateTime',
      description: `When it ends, within 30 days from now; in ${DEFAULT_DAYS} days by default.`,
    }),
  }),
  {
    description: 'Sends an open invitation again, with a new link: the one before ends.',
    rule: invitations.writeRule,
    run: (ctx, args) => resendInvitation(ctx, args),
  },
);

commandField('invitationWithdraw', invitations, rowArgs, {
  description: 'Takes an open invitation back: its link ends.',
  rule: invitations.writeRule,
  run: withdrawInvitation,
});

deleteField('invitationDelete', invitations, 'Deletes an invitation, open or not: its link ends.');

const InvitationAcceptInput = inputType(
  'InvitationAcceptInput',
  'The token of an invitation, and how the person wants to sign in.',
  invitationAcceptInput,
);

const InvitationAcceptPayload = builder.objectRef<Payload<Accepted>>('InvitationAcceptPayload').implement({
  description: 'What `invitationAccept` did.',
  rule: inherited,
  fields: (t) => ({
    email: t.string({
      nullable: true,
      description: 'The address to sign in with. Null if the mutation was refused.',
      resolve: ({ done }) => done?.email ?? null,
    }),
    ...outcomeFields(t),
  }),
});

builder.mutationField('invitationAccept', (t) =>
  t.field({
    type: InvitationAcceptPayload,
    rule: anyone,
    extensions: ASKS_FOR_NO_VIEWER,
    description:
      'Makes the person to whom an invitation was sent a user of the tenant. It begins no session: sign in with `email` and the password. A password that is refused leaves the link as it is.',
    args: {
      input: t.arg({
        type: InvitationAcceptInput,
        required: true,
        description: 'The proof and the choices.',
      }),
    },
    resolve: (_root, args, ctx) => settle(() => acceptInvitation(ctx, args)),
  }),
);

changeFields(invitations, InvitationFilter, {
  created: 'invitationCreated',
  updated: 'invitationUpdated',
  deleted: 'invitationDeleted',
  all: 'invitationChanged',
});
