import { matches } from '../../core/rights/where.ts';
import type { Broadcast } from '../../generated/prisma/client.ts';
import { createArgs, rowArgs } from '../../graph/commands/command-args.ts';
import { commandField } from '../../graph/commands/command-field.ts';
import { changeFields } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { relationField } from '../../graph/rows/relations.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { users } from '../users/users.access.ts';
import { hasAcknowledged, numberOfAcknowledgements } from './acknowledgement-counts.ts';
import { broadcasts, managedBy, maySend } from './broadcasts.access.ts';
import { broadcastSendInput, sendBroadcast, withdrawBroadcast } from './broadcasts.commands.ts';

enumType(
  'BroadcastAudience',
  'The users whom a broadcast addresses: those of the moment at which it is read.',
  {
    PLATFORM: 'All users of the installation.',
    ORGANIZATION: 'The users of an organization and of its tenants.',
    TENANT: 'The users of a tenant.',
    CUSTOMER: "A customer's own users.",
    ROLE: 'The users with a role, of a tenant, of an organization with its tenants, or of the installation.',
    USER: 'One user.',
  },
);

enumType('BroadcastLevel', 'The level of the sender of a broadcast.', {
  PLATFORM: 'The platform.',
  ORGANIZATION: 'An organization.',
  TENANT: 'A tenant.',
});

enumType('BroadcastSeverity', 'How much a broadcast matters.', {
  INFO: 'Good to know.',
  WARNING: 'It asks for attention.',
  CRITICAL: 'It cannot wait.',
});

enumType('BroadcastStatus', 'Whether a broadcast is running.', {
  RUNNING: 'Those whom it addresses see it.',
  EXPIRED: 'It ended at its time.',
  WITHDRAWN: 'It was ended before its time.',
});

rowType('Broadcast', broadcasts, {
  description:
    'A text to many users. Those whom it addresses see it while it is running; staff of the level that sent it, or of one above it, see it also after that.',
  columns: {
    tenantId:
      'The tenant to whose users it was sent. Null if it was sent to an organization or to the platform.',
    organizationId:
      'The organization to whose users, and those of its tenants, it was sent. Null if it was sent to a tenant or to the platform.',
    audience: 'The users whom it addresses.',
    audienceRole: 'The role that it addresses. Null for other audiences.',
    customerId: 'The customer that it addresses. Null for other audiences.',
    userId: 'The user that it addresses. Null for other audiences.',
    senderLevel: 'The level of its sender.',
    severity: 'How much it matters.',
    message: 'The text: plain, without HTML.',
    needsAcknowledgement: 'Whether each user is asked to acknowledge it.',
    status: 'Whether it is running.',
    expiresAt: 'When it ends by itself.',
    endedAt: 'When it ended. Null while it is running.',
  },
  fields: (t) => ({
    isAcknowledged: t.boolean({
      isPersonal: () => true,
      description: 'Whether the viewer has acknowledged it.',
      resolve: ({ id }, _args, ctx) => {
        ctx.holdsForNow();
        return hasAcknowledged(ctx, id);
      },
    }),
    acknowledgedCount: t.int({
      nullable: true,
      description:
        'The number of users who have acknowledged it. Null if the viewer does not manage it: those whom it addresses do not learn of each other.',
      resolve: (broadcast, _args, ctx) => {
        ctx.holdsForNow();
        return ctx.viewer && isManaged(broadcast, ctx.viewer)
          ? numberOfAcknowledgements(ctx, broadcast.id)
          : null;
      },
    }),
  }),
});

function isManaged(broadcast: Broadcast, viewer: Parameters<typeof managedBy>[0]): boolean {
  return matches(managedBy(viewer), broadcast);
}

relationField('Broadcast', 'sender', users, {
  description: 'The user who sent it. Null if the viewer may not see that user, and if it was deleted.',
  column: 'senderId',
  columns: [],
});

const BroadcastFilter = filterInput(broadcasts, {
  tenantId: 'By the tenant.',
  organizationId: { description: 'By the organization.', idOf: 'Organization' },
  audience: 'By the kind of audience.',
  audienceRole: 'By the addressed role.',
  customerId: 'By the addressed customer.',
  userId: 'By the addressed user.',
  senderLevel: 'By the level of the sender.',
  severity: 'By severity.',
  message: 'By text.',
  needsAcknowledgement: 'By whether they ask for an acknowledgement.',
  status: 'By whether they are running.',
  expiresAt: 'By the time at which they end by themselves.',
  endedAt: 'By the time at which they ended.',
});

const BroadcastOrder = orderInput(broadcasts, ['createdAt', 'desc'], {
  audience: 'By the kind of audience, from PLATFORM to USER.',
  audienceRole: 'By the addressed role. Those to no role come last, with DESC first.',
  senderLevel: 'By the level of the sender, from PLATFORM to TENANT.',
  severity: 'By severity, from INFO to CRITICAL.',
  needsAcknowledgement: 'By whether they ask for an acknowledgement: those that do not come first.',
  status: 'By status, from RUNNING to WITHDRAWN.',
  expiresAt: 'By the time at which they end by themselves.',
  endedAt: 'By the time at which they ended. Those that are running come last, with DESC first.',
});

rowField('broadcast', broadcasts);

rowsField('broadcasts', broadcasts, { filter: BroadcastFilter, order: BroadcastOrder });

commandField('broadcastSend', broadcasts, createArgs(broadcastSendInput), {
  description:
    'Sends a text to many users, as one write whatever their number. Tenants send to their own users, customers and roles; organizations to themselves, their tenants and roles in them; the platform to all.',
  rule: maySend,
  run: (ctx, args) => sendBroadcast(ctx, args),
});

commandField('broadcastWithdraw', broadcasts, rowArgs, {
  description: 'Ends a broadcast before its time, for all whom it addresses.',
  rule: maySend,
  run: withdrawBroadcast,
});

changeFields(broadcasts, BroadcastFilter, {
  created: 'broadcastSent',
  updated: 'broadcastUpdated',
  deleted: 'broadcastEnded',
  all: 'broadcastChanged',
});
