import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import { moneyAmount } from '../../core/input-numbers.ts';
import { optionalText } from '../../core/input-text.ts';
import { PaymentMethod } from '../../generated/prisma/client.ts';
import { FIRST_STATUSES } from './payment-status.ts';

/** How far the clock of whoever says when a payment was received may be ahead of ours. */
const LEEWAY_MS = 60_000;

const amount = moneyAmount(1);
const dueAt = z.date().nullable();
const method = z.enum(PaymentMethod).nullable();
const reference = optionalText('The reference', 200).nullable();

function receivedAt(clock: Clock) {
  return z
    .date()
    .refine(
      (time) => time.getTime() <= clock.now().getTime() + LEEWAY_MS,
      'The time of receipt is in the future.',
    )
    .nullish();
}

/** A new payment, RECEIVED unless it says otherwise. */
export function recordInput(clock: Clock) {
  return z
    .object({
      unitId: z.string(),
      amount,
      status: z
        .enum(FIRST_STATUSES, `A payment is recorded as ${FIRST_STATUSES.join(', ')}.`)
        .nullish()
        .transform((status) => status ?? 'RECEIVED'),
      dueAt: dueAt.optional(),
      receivedAt: receivedAt(clock),
      method: method.optional(),
      reference: reference.optional(),
    })
    .superRefine(({ status, receivedAt: time }, context) => {
      if (!time || status === 'RECEIVED') return;
      const message = `A payment that is ${status} has no time of receipt.`;
      context.addIssue({ code: 'custom', message, path: ['receivedAt'] });
    });
}

/** What may be changed of a payment beside its status. */
export const updateInput = z.object({ amount, dueAt, method, reference }).partial();

/** How a payment arrived; what is left out stays as it was recorded. */
export function receiveInput(clock: Clock) {
  return z.object({
    receivedAt: receivedAt(clock),
    method: method.nullish().transform((value) => value ?? undefined),
    reference: reference.nullish().transform((value) => value ?? undefined),
  });
}

/** Why a payment failed or was refunded; a bank does not always say. */
export const reasonInput = z.object({
  reason: optionalText('The reason', 500)
    .nullish()
    .transform((reason) => reason ?? null),
});
