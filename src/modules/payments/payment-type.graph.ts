import { may } from '../../core/rights/rules.ts';
import { filterInput } from '../../graph/inputs/filter.ts';
import { orderInput } from '../../graph/inputs/order-input.ts';
import { rowType } from '../../graph/rows/row-type.ts';
import { enumType } from '../../graph/schema/enum-type.ts';
import { CurrencyFilter, moneyField } from '../../graph/schema/money.ts';
import { payments } from './payments.access.ts';

enumType('PaymentStatus', 'Status of a payment.', {
  PENDING: 'Expected. It can become RECEIVED or FAILED.',
  RECEIVED: 'Received. Its amount can no longer change; it can become REFUNDED.',
  FAILED: 'Not received. It can still become RECEIVED.',
  REFUNDED: 'Received and then refunded in full. Final.',
});

enumType('PaymentMethod', 'Method of payment.', {
  BANK_TRANSFER: 'By a transfer that the payer makes.',
  CARD: 'By card.',
  CASH: 'In cash.',
  DIRECT_DEBIT: "Collected from the payer's account.",
  OTHER: 'Another method.',
});

rowType('Payment', payments, {
  description: 'A payment for a unit. A resident sees those recorded while it rented the unit.',
  columns: {
    tenantId: 'The tenant of its customer.',
    customerId: 'The customer that is paid.',
    propertyId: {
      rule: may('properties:read'),
      description: 'The property of the unit. Null if the viewer may not read properties.',
    },
    unitId: 'The unit it is for.',
    residentId:
      'The user who rented the unit when it was recorded, who may no longer exist. Null if the unit was vacant.',
    status: 'Status of the payment.',
    dueAt: 'The due date. Null if not set.',
    receivedAt: 'The time of receipt. Null if it was not received.',
    failedAt: 'The time of the failure. Null if it never failed.',
    refundedAt: 'The time of the refund. Null if it was not refunded.',
    method: 'Method of payment, past or expected. Null if not set.',
    reference: 'External reference, e.g. on a bank statement. Null if not set.',
    failureReason: 'The reason for the failure. Null if it never failed, or if not given.',
    refundReason: 'The reason for the refund. Null if it was not refunded, or if not given.',
  },
  fields: (t) => ({
    amount: moneyField(t, {
      amount: 'amountMinor',
      rule: may('amounts:read'),
      description: 'The amount. Null if the viewer may not read amounts.',
    }),
  }),
});

export const PaymentFilter = filterInput(payments, {
  customerId: 'By the id of the customer.',
  propertyId: 'By the id of the property.',
  unitId: 'By the id of the unit.',
  residentId: { idOf: 'User', description: 'By the id of the user who rented the unit.' },
  amountMinor: 'By amount, in the smallest unit of its currency.',
  currency: { type: CurrencyFilter, description: 'By currency.' },
  status: 'By status.',
  method: 'By method.',
  reference: 'By reference.',
  dueAt: 'By due date.',
  receivedAt: 'By the time of receipt.',
  failedAt: 'By the time of the failure.',
  refundedAt: 'By the time of the refund.',
});

export const PaymentOrder = orderInput(payments, ['createdAt', 'desc'], {
  dueAt: 'By due date. Payments without one come last, with DESC first.',
  receivedAt: 'By the date of receipt. Payments not received come last, with DESC first.',
  failedAt: 'By the time of the failure. Payments that never failed come last, with DESC first.',
  refundedAt: 'By the time of the refund. Payments that were not refunded come last, with DESC first.',
  amountMinor:
    'By amount, in the smallest unit of its currency. Sort by CURRENCY first to compare like with like.',
  currency: 'By the code of the currency.',
  status: 'By status, from PENDING to REFUNDED.',
  method: 'By method, from BANK_TRANSFER to OTHER. Payments without one come last, with DESC first.',
});
