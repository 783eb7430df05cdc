import { may } from '../../core/rules.ts';
import { builder } from '../../graph/builder.ts';
import { connectionType } from '../../graph/connection-type.ts';
import {
  DateTimeFilter,
  enumFilter,
  filterInput,
  IdFilter,
  IntFilter,
  NullableDateTimeFilter,
  NullableIdFilter,
  NullableStringFilter,
  nullableEnumFilter,
} from '../../graph/filter.ts';
import { CurrencyFilter, Money } from '../../graph/money.ts';
import { Node } from '../../graph/node.ts';
import { orderInput } from '../../graph/order-input.ts';

export const PaymentStatus = builder.enumType('PaymentStatus', {
  description: 'Status of a payment.',
  values: {
    PENDING: { description: 'Expected. It can become RECEIVED or FAILED.' },
    RECEIVED: { description: 'Received. Its amount can no longer change; it can become REFUNDED.' },
    FAILED: { description: 'Not received. It can still become RECEIVED.' },
    REFUNDED: { description: 'Received and then refunded in full. Final.' },
  } as const,
});

export const PaymentMethod = builder.enumType('PaymentMethod', {
  description: 'Method of payment.',
  values: {
    BANK_TRANSFER: { description: 'By a transfer that the payer makes.' },
    CARD: { description: 'By card.' },
    CASH: { description: 'In cash.' },
    DIRECT_DEBIT: { description: "Collected from the payer's account." },
    OTHER: { description: 'Another method.' },
  } as const,
});

export const Payment = builder.prismaObject('Payment', {
  description: 'A payment for a unit. A resident sees those recorded while it rented the unit.',
  interfaces: [Node],
  rule: may('payments:read'),
  fields: (t) => ({
    tenantId: t.exposeID('tenantId', { description: 'The tenant of its customer.' }),
    customerId: t.exposeID('customerId', { description: 'The customer who is paid.' }),
    propertyId: t.exposeID('propertyId', {
      nullable: true,
      rule: may('properties:read'),
      description: 'The property of the unit. Null if the viewer may not read properties.',
    }),
    unitId: t.exposeID('unitId', { description: 'The unit it is for.' }),
    residentId: t.exposeID('residentId', {
      nullable: true,
      description:
        'The user who rented the unit when it was recorded, who may be gone by now. Null if the unit was vacant.',
    }),
    amount: t.field({
      type: Money,
      nullable: true,
      rule: may('amounts:read'),
      columns: ['amountMinor', 'currency'],
      description: 'The amount. Null if the viewer may not read amounts.',
      resolve: ({ amountMinor, currency }) => ({ amountMinor, currency }),
    }),
    status: t.expose('status', { type: PaymentStatus, description: 'Status of the payment.' }),
    dueAt: t.expose('dueAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it is due. Null if that was not said.',
    }),
    receivedAt: t.expose('receivedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was received. Null if it was not.',
    }),
    failedAt: t.expose('failedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it failed. Null if it never did.',
    }),
    refundedAt: t.expose('refundedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was refunded. Null if it was not.',
    }),
    method: t.expose('method', {
      type: PaymentMethod,
      nullable: true,
      description: 'How it was paid, or will be. Null if that was not said.',
    }),
    reference: t.exposeString('reference', {
      nullable: true,
      description: 'External reference, e.g. on a bank statement. Null if there is nothing.',
    }),
    failureReason: t.exposeString('failureReason', {
      nullable: true,
      description: 'Why it failed. Null if it never did or that was not said.',
    }),
    refundReason: t.exposeString('refundReason', {
      nullable: true,
      description: 'Why it was refunded. Null if it was not.',
    }),
  }),
});

export const PaymentConnection = connectionType('Payment', Payment);

export const PaymentFilter = filterInput('Payment', 'payments', (t) => ({
  id: t.field({ type: IdFilter, description: 'By id.' }),
  customerId: t.field({ type: IdFilter, description: 'By the id of the customer.' }),
  propertyId: t.field({ type: IdFilter, description: 'By the id of the property.' }),
  unitId: t.field({ type: IdFilter, description: 'By the id of the unit.' }),
  residentId: t.field({ type: NullableIdFilter, description: 'By the id of who rented the unit.' }),
  amountMinor: t.field({ type: IntFilter, description: 'By amount, in the smallest unit of its currency.' }),
  currency: t.field({ type: CurrencyFilter, description: 'By currency.' }),
  status: t.field({ type: enumFilter('PaymentStatus', PaymentStatus), description: 'By status.' }),
  method: t.field({ type: nullableEnumFilter('PaymentMethod', PaymentMethod), description: 'By method.' }),
  reference: t.field({ type: NullableStringFilter, description: 'By reference.' }),
  dueAt: t.field({ type: NullableDateTimeFilter, description: 'By when it is due.' }),
  receivedAt: t.field({ type: NullableDateTimeFilter, description: 'By when it was received.' }),
  failedAt: t.field({ type: NullableDateTimeFilter, description: 'By when it failed.' }),
  refundedAt: t.field({ type: NullableDateTimeFilter, description: 'By when it was refunded.' }),
  createdAt: t.field({ type: DateTimeFilter, description: 'By the time of creation.' }),
  updatedAt: t.field({ type: DateTimeFilter, description: 'By the time of the last change.' }),
}));

export const PaymentOrder = orderInput('Payment', 'payments', {
  DUE_AT: {
    column: 'dueAt',
    isNullable: true,
    description: 'By due date. Payments without one come last, with DESC first.',
  },
  RECEIVED_AT: {
    column: 'receivedAt',
    isNullable: true,
    description: 'By the date of receipt. Payments not received come last, with DESC first.',
  },
  CREATED_AT: { column: 'createdAt', description: 'By the time of creation.' },
  UPDATED_AT: { column: 'updatedAt', description: 'By the time of the last change.' },
});
