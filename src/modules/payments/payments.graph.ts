import { may } from '../../core/rights/rules.ts';
import type { Payment, PaymentStatus } from '../../generated/prisma/client.ts';
import { rowArgs, updateArgs } from '../../graph/commands/command-args.ts';
import { commandField } from '../../graph/commands/command-field.ts';
import { createField } from '../../graph/commands/row-commands.ts';
import { changeFields, domainEventField } from '../../graph/events/change-fields.ts';
import { relatedRowsField } from '../../graph/rows/relations.ts';
import { rowField, rowsField } from '../../graph/rows/row-fields.ts';
import { paymentRecordInput, paymentUpdateInput } from './payment-input.ts';
import { PaymentFilter, PaymentOrder } from './payment-type.graph.ts';
import { payments } from './payments.access.ts';
import { deletePayment, recordPayment, updatePayment } from './payments.commands.ts';

relatedRowsField('Unit', 'payments', payments, {
  description: 'The payments for it that the viewer may see, the latest first.',
  column: 'unitId',
  order: ['createdAt', 'desc'],
});

relatedRowsField(['Customer', 'Account'], 'payments', payments, {
  description: 'The payments to it that the viewer may see, the latest first: a resident sees its own.',
  column: 'customerId',
  order: ['createdAt', 'desc'],
});

rowField('payment', payments);

rowsField('payments', payments, {
  filter: PaymentFilter,
  order: PaymentOrder,
  description:
    'The payments of a tenant that the viewer may see, the latest first unless ordered otherwise: a resident sees its own.',
});

createField(
  'paymentRecord',
  payments,
  paymentRecordInput,
  recordPayment,
  'Records a payment for a unit. It belongs to the user who rents the unit at that time.',
);

commandField('paymentUpdate', payments, updateArgs(paymentUpdateInput), {
  description: 'Changes the given fields of a payment; never the amount of one that was received.',
  rule: may('payments:write'),
  run: (ctx, args) => updatePayment(ctx, args),
});

commandField('paymentDelete', payments, rowArgs, {
  description: 'Deletes a payment that is PENDING or FAILED.',
  rule: may('payments:write'),
  run: (ctx, args) => deletePayment(ctx, args),
});

changeFields(payments, PaymentFilter, {
  created: 'paymentCreated',
  updated: 'paymentUpdated',
  deleted: 'paymentDeleted',
  all: 'paymentChanged',
});

const becomes = (status: PaymentStatus) => (before: Payment | null, after: Payment) =>
  after.status === status && before?.status !== status;

domainEventField('paymentReceived', payments, {
  description: 'A payment was received, whether it was recorded as RECEIVED or had been expected.',
  filter: PaymentFilter,
  happens: becomes('RECEIVED'),
});

domainEventField('paymentFailed', payments, {
  description: 'A payment failed, whether it was recorded as FAILED or had been expected.',
  filter: PaymentFilter,
  happens: becomes('FAILED'),
});

domainEventField('paymentRefunded', payments, {
  description: 'A payment was refunded in full.',
  filter: PaymentFilter,
  happens: becomes('REFUNDED'),
});
