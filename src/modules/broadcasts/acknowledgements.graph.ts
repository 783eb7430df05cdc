import { signedIn } from '../../core/rights/rules.ts';
import { commandField } from '../../graph/commands/command-field.ts';
import { changeFields } from '../../graph/events/change-fields.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { relationField } from '../../graph/rows/relations.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { idOf } from '../../graph/schema/id-of.ts';
import { acknowledgements, broadcasts } from './broadcasts.access.ts';
import { acknowledgeBroadcast } from './broadcasts.commands.ts';

rowType('BroadcastAcknowledgement', acknowledgements, {
  description:
    'That a user has acknowledged a broadcast, at the time at which it was created. Users see their own.',
  columns: {
    broadcastId: 'The broadcast.',
    userId: 'The user, who alone sees it.',
  },
});

relationField('BroadcastAcknowledgement', 'broadcast', broadcasts, {
  description: 'The broadcast. Null if the viewer does not see it any more, e.g. because it has ended.',
  column: 'broadcastId',
});

const BroadcastAcknowledgementFilter = filterInput(acknowledgements, {
  broadcastId: 'By the broadcast.',
});

const BroadcastAcknowledgementOrder = orderInput(acknowledgements, ['createdAt', 'desc'], {});

rowField('broadcastAcknowledgement', acknowledgements);

rowsField('broadcastAcknowledgements', acknowledgements, {
  filter: BroadcastAcknowledgementFilter,
  order: BroadcastAcknowledgementOrder,
});

commandField(
  'broadcastAcknowledge',
  acknowledgements,
  (arg) => ({
    id: arg.id({ required: true, description: 'The broadcast.', ...idOf('Broadcast') }),
  }),
  {
    description:
      'Acknowledges a broadcast that addresses the viewer, on all devices. A second time has no effect.',
    rule: signedIn,
    run: (ctx, { id }) => acknowledgeBroadcast(ctx, { id: String(id) }),
  },
);

changeFields(acknowledgements, BroadcastAcknowledgementFilter, {
  created: 'broadcastAcknowledgementCreated',
  updated: 'broadcastAcknowledgementUpdated',
  deleted: 'broadcastAcknowledgementDeleted',
  all: 'broadcastAcknowledgementChanged',
});
