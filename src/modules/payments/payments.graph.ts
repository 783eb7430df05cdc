import { requireViewer } from '../../core/context.ts';
import { may } from '../../core/rules.ts';
import { tenantInScope } from '../../core/scope.ts';
import { seesOnlyOwn } from '../../core/visibility.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { Payment as PaymentRow, PaymentStatus as Status } from '../../generated/prisma/client.ts';
import { builder } from '../../graph/builder.ts';
import { changeFields, domainEventField } from '../../graph/change-fields.ts';
import { commandField } from '../../graph/command-field.ts';
import { toWhere } from '../../graph/filter.ts';
import { listPage, pageArgs } from '../../graph/list-page.ts';
import { MoneyInput } from '../../graph/money.ts';
import { expectedVersionArg, idempotencyKeyArg, tenantArg } from '../../graph/shared-args.ts';
import {
  Payment,
  PaymentConnection,
  PaymentFilter,
  PaymentMethod,
  PaymentOrder,
  PaymentStatus,
} from './payment-type.graph.ts';
import { paymentsVisibleTo } from './payments.access.ts';
import { paymentEntity } from './payments.changes.ts';
import { deletePayment, recordPayment, updatePayment } from './payments.commands.ts';

builder.queryField('payment', (t) =>
  t.prismaField({
    type: Payment,
    nullable: true,
    rule: may('payments:read'),
    description: 'One payment. Null if there is none that the viewer may see.',
    args: { id: t.arg.id({ required: true, description: 'The id of the payment.' }) },
    resolve: (query, _root, { id }, ctx) => {
      const visible = toPrismaWhere(paymentsVisibleTo(requireViewer(ctx).viewer));
      return ctx.db.payment.findFirst({ ...query, where: { AND: [{ id }, visible] } });
    },
  }),
);

builder.queryField('payments', (t) =>
  t.field({
    type: PaymentConnection,
    rule: may('payments:read'),
    description:
      'The payments of a tenant that the viewer may see, the latest first unless ordered otherwise: a resident sees its own.',
    args: {
      tenantId: tenantArg(t.arg),
      filter: t.arg({ type: PaymentFilter, description: 'Only payments that match this filter.' }),
      orderBy: t.arg({ type: PaymentOrder, description: 'The order of the list.' }),
      ...pageArgs(t.arg),
    },
    resolve: (_root, { tenantId: named, filter, orderBy, ...args }, ctx, { schema }) => {
      const { viewer } = requireViewer(ctx);
      const tenantId = tenantInScope(viewer, named);
      const wanted = toWhere(filter, { schema, typeName: 'Payment', viewer });
      return listPage<PaymentRow>(ctx, {
        args,
        orderBy,
        defaultOrder: { column: 'createdAt', direction: 'desc' },
        where: { AND: [{ tenantId }, paymentsVisibleTo(viewer), wanted] },
        feed: tenantId,
        find: (query) => ctx.db.payment.findMany(query),
        count: (where) => ctx.db.payment.count({ where }),
      });
    },
  }),
);

const PaymentRecordInput = builder.inputType('PaymentRecordInput', {
  description: 'A payment to record. It belongs to whoever rents the unit at that time.',
  fields: (t) => ({
    unitId: t.id({ required: true, description: 'The unit it is for.' }),
    amount: t.field({
      type: MoneyInput,
      required: true,
      description: 'The amount, greater than zero.',
    }),
    status: t.field({
      type: PaymentStatus,
      description: 'PENDING, RECEIVED or FAILED; RECEIVED if absent.',
    }),
    dueAt: t.field({ type: 'DateTime', description: 'When it is due.' }),
    receivedAt: t.field({
      type: 'DateTime',
      description: 'When it was received, if it is RECEIVED; not in the future. Defaults to now.',
    }),
    method: t.field({ type: PaymentMethod, description: 'How it was paid, or will be.' }),
    reference: t.string({ description: 'External reference, 200 characters at most.' }),
  }),
});

const PaymentUpdateInput = builder.inputType('PaymentUpdateInput', {
  description: 'Changes to a payment. An omitted field keeps its value.',
  fields: (t) => ({
    amount: t.field({
      type: MoneyInput,
      description: 'The amount, greater than zero. Refused once it was RECEIVED.',
    }),
    dueAt: t.field({ type: 'DateTime', description: 'When it is due; null removes it.' }),
    method: t.field({ type: PaymentMethod, description: 'How it was paid, or will be; null removes it.' }),
    reference: t.string({
      description: 'External reference, 200 characters at most; null removes it.',
    }),
  }),
});

commandField('paymentRecord', {
  description: 'Records a payment for a unit.',
  rule: may('payments:write'),
  noun: 'payment',
  type: Payment,
  args: (arg) => ({
    input: arg({ type: PaymentRecordInput, required: true, description: 'The payment.' }),
    idempotencyKey: idempotencyKeyArg(arg),
  }),
  run: (ctx, { input, idempotencyKey }) => recordPayment(ctx, input, idempotencyKey),
});

commandField('paymentUpdate', {
  description: 'Changes the given fields of a payment; never the amount of one that was received.',
  rule: may('payments:write'),
  noun: 'payment',
  type: Payment,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the payment.' }),
    input: arg({ type: PaymentUpdateInput, required: true, description: 'What to change.' }),
    idempotencyKey: idempotencyKeyArg(arg),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, input, ...rest }) => updatePayment(ctx, id, input, rest),
});

commandField('paymentDelete', {
  description: 'Deletes a payment that is PENDING or FAILED.',
  rule: may('payments:write'),
  noun: 'payment',
  type: Payment,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the payment.' }),
    idempotencyKey: idempotencyKeyArg(arg),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, ...rest }) => deletePayment(ctx, id, rest),
});

const followed = {
  noun: 'payment',
  typeName: 'Payment',
  type: Payment,
  entity: paymentEntity,
  rule: may('payments:read'),
  visibleTo: paymentsVisibleTo,
  isPersonal: seesOnlyOwn,
  feed: tenantInScope,
  isOfTenant: true,
  filter: PaymentFilter,
};

changeFields({
  ...followed,
  fields: {
    created: 'paymentCreated',
    updated: 'paymentUpdated',
    deleted: 'paymentDeleted',
    all: 'paymentChanged',
  },
});

const becomes = (status: Status) => (before: PaymentRow | null, after: PaymentRow) =>
  after.status === status && before?.status !== status;

domainEventField('paymentReceived', {
  ...followed,
  description: 'A payment was received, whether it was recorded as RECEIVED or had been expected.',
  happens: becomes('RECEIVED'),
});

domainEventField('paymentFailed', {
  ...followed,
  description: 'A payment failed, whether it was recorded as FAILED or had been expected.',
  happens: becomes('FAILED'),
});

domainEventField('paymentRefunded', {
  ...followed,
  description: 'A payment was refunded in full.',
  happens: becomes('REFUNDED'),
});
