import { may } from '../../core/rules.ts';
import { builder } from '../../graph/builder.ts';
import { commandField } from '../../graph/command-field.ts';
import { Payment, PaymentMethod } from './payment-type.graph.ts';
import { failPayment, receivePayment, refundPayment } from './payments.commands.ts';

const PaymentReceiveInput = builder.inputType('PaymentReceiveInput', {
  description: 'How a payment came in. What is absent stays as it was recorded.',
  fields: (t) => ({
    receivedAt: t.field({
      type: 'DateTime',
      description: 'When it came in: not in the future, now if absent.',
    }),
    method: t.field({ type: PaymentMethod, description: 'How it came in.' }),
    reference: t.string({ description: 'What names it elsewhere, 200 characters at most.' }),
  }),
});

const PaymentFailInput = builder.inputType('PaymentFailInput', {
  description: 'What is known of a failure.',
  fields: (t) => ({ reason: t.string({ description: 'Why it failed, 500 characters at most.' }) }),
});

const PaymentRefundInput = builder.inputType('PaymentRefundInput', {
  description: 'What is known of a refund.',
  fields: (t) => ({ reason: t.string({ description: 'Why it went back, 500 characters at most.' }) }),
});

commandField('paymentReceive', {
  description: 'Says that a payment came in that is PENDING, or FAILED before.',
  rule: may('payments:write'),
  noun: 'payment',
  type: Payment,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the payment.' }),
    input: arg({ type: PaymentReceiveInput, description: 'How it came in.' }),
    idempotencyKey: arg.string({
      description: 'Makes a repeated request answer like the first one, for 24 hours.',
    }),
    expectedVersion: arg.int({ description: 'Refuses the change if the version is another one by now.' }),
  }),
  run: (ctx, { id, input, ...rest }) => receivePayment(ctx, id, input, rest),
});

commandField('paymentFail', {
  description: 'Says that a payment failed that is PENDING.',
  rule: may('payments:write'),
  noun: 'payment',
  type: Payment,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the payment.' }),
    input: arg({ type: PaymentFailInput, description: 'What is known of the failure.' }),
    idempotencyKey: arg.string({
      description: 'Makes a repeated request answer like the first one, for 24 hours.',
    }),
    expectedVersion: arg.int({ description: 'Refuses the change if the version is another one by now.' }),
  }),
  run: (ctx, { id, input, ...rest }) => failPayment(ctx, id, input, rest),
});

commandField('paymentRefund', {
  description: 'Says that a payment that is RECEIVED went back as a whole.',
  rule: may('payments:write'),
  noun: 'payment',
  type: Payment,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the payment.' }),
    input: arg({ type: PaymentRefundInput, description: 'What is known of the refund.' }),
    idempotencyKey: arg.string({
      description: 'Makes a repeated request answer like the first one, for 24 hours.',
    }),
    expectedVersion: arg.int({ description: 'Refuses the change if the version is another one by now.' }),
  }),
  run: (ctx, { id, input, ...rest }) => refundPayment(ctx, id, input, rest),
});
