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
    reason: arg.string({ description: 'Why it failed, 500 characters at most.' }),
    expectedVersion: arg.int({ description: 'Refuses the change if the version is another one by now.' }),
  }),
  run: (ctx, { id, reason, expectedVersion }) => failPayment(ctx, id, reason, expectedVersion),
});

commandField('paymentRefund', {
  description: 'Says that a payment that is RECEIVED went back as a whole.',
  rule: may('payments:write'),
  noun: 'payment',
  type: Payment,
  args: (arg) => ({
    id: arg.id({ required: true, description: 'The id of the payment.' }),
    reason: arg.string({ description: 'Why it went back, 500 characters at most.' }),
    idempotencyKey: arg.string({
      description: 'Makes a repeated request answer like the first one, for 24 hours.',
    }),
    expectedVersion: arg.int({ description: 'Refuses the change if the version is another one by now.' }),
  }),
  run: (ctx, { id, reason, ...rest }) => refundPayment(ctx, id, reason, rest),
});
