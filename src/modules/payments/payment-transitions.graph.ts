import type { InputRef } from '@pothos/core';
import { may } from '../../core/rights/rules.ts';
import { rowArgs } from '../../graph/commands/command-args.ts';
import { type CommandArg, commandField, type Mutation } from '../../graph/commands/command-field.ts';
import { inputType } from '../../graph/inputs/input-type.ts';
import { paymentFailInput, paymentReceiveInput, paymentRefundInput } from './payment-input.ts';
import { failPayment, receivePayment, refundPayment } from './payment-transitions.commands.ts';
import { payments } from './payments.access.ts';

const PaymentReceiveInput = inputType(
  'PaymentReceiveInput',
  'The receipt of a payment. Omitted fields stay as they were recorded.',
  paymentReceiveInput,
);

const PaymentFailInput = inputType('PaymentFailInput', 'The failure of a payment.', paymentFailInput);

const PaymentRefundInput = inputType('PaymentRefundInput', 'The refund of a payment.', paymentRefundInput);

function transitionArgs<Shape>(type: InputRef<Shape>, description: string) {
  return (arg: CommandArg, mutation: Mutation) => ({
    ...rowArgs(arg, mutation),
    input: arg({ type, description }),
  });
}

commandField('paymentReceive', payments, transitionArgs(PaymentReceiveInput, 'The receipt.'), {
  description: 'Marks a PENDING or FAILED payment as received.',
  rule: may('payments:write'),
  run: (ctx, args) => receivePayment(ctx, args),
});

commandField('paymentFail', payments, transitionArgs(PaymentFailInput, 'The failure.'), {
  description: 'Marks a PENDING payment as failed.',
  rule: may('payments:write'),
  run: (ctx, args) => failPayment(ctx, args),
});

commandField('paymentRefund', payments, transitionArgs(PaymentRefundInput, 'The refund.'), {
  description: 'Marks a RECEIVED payment as refunded in full.',
  rule: may('payments:write'),
  run: (ctx, args) => refundPayment(ctx, args),
});
