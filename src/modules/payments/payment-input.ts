import type { z } from 'zod';
import type { Clock } from '../../core/process/clock.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, type Input, parseInput, updateInput } from '../../core/requests/input.ts';
import { refusing } from '../../core/requests/input-faults.ts';
import {
  choice,
  defaulted,
  type InputField,
  idOf,
  longText,
  money,
  oneOf,
  optional,
  time,
} from '../../core/requests/input-fields.ts';
import type { PaymentStatus } from '../../generated/prisma/client.ts';
import { FIRST_STATUSES } from './payment-status.ts';

/** The tolerance by which the time of receipt may lie in the future, because the clock of a client may be fast. */
const LEEWAY_MS = 60_000;

const PAYMENT = sentences('INVALID_INPUT', {
  NO_RECEIPT: 'A payment that is {status} has no time of receipt.',
});

const amount = money('The amount', { min: 1 });
const reference = longText('External reference', { max: 200 });

const firstStatus: InputField<(typeof FIRST_STATUSES)[number], PaymentStatus> = {
  ...choice('PaymentStatus', 'PENDING, RECEIVED or FAILED'),
  check: () => oneOf(FIRST_STATUSES),
};

const ofChange = {
  amount,
  dueAt: optional(time('The due date')),
  method: optional(choice('PaymentMethod', 'Method of payment, past or expected')),
  reference: optional(reference),
};

const ofRecord = createInput({
  unitId: idOf('Unit', 'The unit it is for'),
  ...ofChange,
  status: defaulted(firstStatus, 'RECEIVED by default'),
  receivedAt: optional(time('The time of receipt, only with RECEIVED, not in the future'), 'now by default'),
});

export const paymentRecordInput = {
  ...ofRecord,
  schema: ofRecord.schema.superRefine(({ status = 'RECEIVED', receivedAt }, context) => {
    if (!receivedAt || status === 'RECEIVED') return;
    const fault = PAYMENT.NO_RECEIPT({ status });
    context.addIssue({ code: 'custom', ...refusing(fault), path: ['receivedAt'] });
  }),
};

export const paymentUpdateInput = updateInput({
  ...ofChange,
  amount: { ...amount, limits: [...amount.limits, 'refused once it was RECEIVED'] },
});

export const paymentReceiveInput = createInput({
  receivedAt: defaulted(time('The time of receipt, not in the future'), 'now by default'),
  method: defaulted(choice('PaymentMethod', 'Method of payment'), 'as recorded by default'),
  reference: defaulted(reference, 'as recorded by default'),
});

export const paymentFailInput = createInput({
  reason: optional(longText('The reason for the failure', { max: 500 })),
});

export const paymentRefundInput = createInput({
  reason: optional(longText('The reason for the refund', { max: 500 })),
});

/** Parses an input with a time of receipt, and refuses a time in the future. */
export function parseReceipt<Schema extends z.ZodType<{ receivedAt?: Date | null | undefined }>>(
  { schema }: Input<Schema>,
  value: z.input<Schema>,
  clock: Clock,
): z.output<Schema> {
  const latest = clock.now().getTime() + LEEWAY_MS;
  const receipt = schema.superRefine(({ receivedAt }, context) => {
    if (!receivedAt || receivedAt.getTime() <= latest) return;
    const message = 'The time of receipt is in the future.';
    context.addIssue({ code: 'custom', message, path: ['receivedAt'] });
  });
  return parseInput({ schema: receipt }, value);
}
