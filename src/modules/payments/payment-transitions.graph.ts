import { may } from '../../core/rules.ts';
import { builder } from '../../graph/builder.ts';
import { commandField } from '../../graph/command-field.ts';
import { expectedVersionArg, idempotencyKeyArg } from '../../graph/shared-args.ts';
import { Payment, PaymentMethod } from './payment-type.graph.ts';
import { failPayment, receivePayment, refundPayment } from './payments.commands.ts';

const PaymentReceiveInput = builder.inputType('PaymentReceiveInput', {
  description: 'How a payment was received. Omitted fields stay as they were recorded.',
  fields: (t) => ({
    receivedAt: t.field({
      type: 'DateTime',
      description: 'When it was received; not in the future. Defaults to now.',
    }),
    method: t.field({ type: PaymentMethod, description: 'Method of payment.' }),
    reference: t.string({ description: 'External reference, 200 characters at most.' }),
  }),
});

const PaymentFailInput = builder.inputType('PaymentFailInput', {
  description: 'What is known of a failure.',
  fields: (t) => ({ reason: t.string({ description: 'Why it failed, 500 characters at most.' }) }),
});

const PaymentRefundInput = builder.inputType('PaymentRefundInput', {
  description: 'What is known of a refund.',
  fields: (t) => ({ reason: t.string({ description: 'Why it was refunded, at most 500 characters.' }) }),
});

commandField('paymentReceive', {
  description: 'Marks a PENDING or FAILED payment as received.',
  rule: may('payments:write'),
  noun: 'payment',
  type: Payment,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the payment.' }),
    input: arg({ type: PaymentReceiveInput, description: 'Method of payment.' }),
    idempotencyKey: idempotencyKeyArg(arg),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, input, ...rest }) => receivePayment(ctx, id, input, rest),
});

commandField('paymentFail', {
  description: 'Marks a PENDING payment as failed.',
  rule: may('payments:write'),
  noun: 'payment',
  type: Payment,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the payment.' }),
    input: arg({ type: PaymentFailInput, description: 'What is known of the failure.' }),
    idempotencyKey: idempotencyKeyArg(arg),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, input, ...rest }) => failPayment(ctx, id, input, rest),
});

commandField('paymentRefund', {
  description: 'Marks a RECEIVED payment as refunded in full.',
  rule: may('payments:write'),
  noun: 'payment',
  type: Payment,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the payment.' }),
    input: arg({ type: PaymentRefundInput, description: 'What is known of the refund.' }),
    idempotencyKey: idempotencyKeyArg(arg),
    expectedVersion: expectedVersionArg(arg),
  }),
  run: (ctx, { id, input, ...rest }) => refundPayment(ctx, id, input, rest),
});
