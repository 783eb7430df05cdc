import type { ViewerContext } from '../../core/context.ts';
import type { CreateArgs, RowArgs } from '../../core/requests/command-args.ts';
import { createInput, parseInput } from '../../core/requests/input.ts';
import { idOf, integer, optional } from '../../core/requests/input-fields.ts';
import { actorOf } from '../../core/rows/actor.ts';
import type { Written } from '../../core/rows/transact.ts';
import { rowToChange } from '../../db/row-to-change.ts';
import type { Consent, ConsentPurpose } from '../../generated/prisma/client.ts';
import { language, requireCurrentNotice } from '../consent-notices/consent-notices.terms.ts';
import { purposeFor, requireActive, requireGrantable } from './consent-purpose.ts';
import { type TakenStep, takeStep } from './consent-steps.ts';
import { consentToChange, lockPlaceOf, subjectActedFor } from './consent-subject.ts';
import { givenConsents } from './consents.access.ts';

// Invariants of this room: a subject has at most one consent to a purpose; it changes only by the steps of
// consent-transitions.ts, and every change writes a record in the same transaction, which a foreign key holds; records
// are never changed, which the rights of the serving role hold; a consent becomes GRANTED only on the current notice of an
// active purpose; times are the database's. Subjects are locked before purposes, and purposes before consents.

const subjectFields = {
  purposeId: idOf('ConsentPurpose', 'The purpose'),
  customerId: optional(
    idOf('Customer', "The viewer's customer, for which its owners act"),
    'the viewer itself by default',
  ),
};

/** The fields that name the notice that was shown. */
export const noticeFields = {
  noticeVersion: integer('The version of the notice that was shown, the current one', { min: 1 }),
  language: language('The language in which it was shown'),
};

export const consentGrantInput = createInput({ ...subjectFields, ...noticeFields });

export const consentRefuseInput = createInput(subjectFields);

/** The arguments of a command about the consent of a subject to a purpose, which may not exist yet. */
interface GivingArgs {
  readonly expectedVersion?: number | null;
}

/**
 * Grants a consent for the viewer or its customer, or requests its confirmation; throws UserErrors for a bad input, a
 * subject for which the viewer does not act, a purpose or a notice that cannot be granted, or an old version.
 */
export async function grantConsent(
  ctx: ViewerContext,
  { input, expectedVersion }: CreateArgs<typeof consentGrantInput> & GivingArgs,
): Promise<Written<Consent>> {
  const { purposeId, customerId, ...notice } = parseInput(consentGrantInput, input);
  return ctx.transact(async (tx) => {
    const subject = await subjectActedFor(tx, ctx, customerId);
    const purpose = await purposeFor(tx, ctx, subject, purposeId);
    await requireGrantable(tx, purpose, notice);
    const place = { ...subject, purposeId };
    const before = await consentToChange(tx, place, expectedVersion);
    return takeStep(tx, before, place, grantStep(purpose, notice, bySubject(ctx)), await tx.now());
  });
}

/**
 * Refuses consent for the viewer or its customer, also before any was granted; throws UserErrors for a bad input, a
 * subject for which the viewer does not act, no such purpose, or an old version.
 */
export async function refuseConsent(
  ctx: ViewerContext,
  { input, expectedVersion }: CreateArgs<typeof consentRefuseInput> & GivingArgs,
): Promise<Written<Consent>> {
  const { purposeId, customerId } = parseInput(consentRefuseInput, input);
  return ctx.transact(async (tx) => {
    const subject = await subjectActedFor(tx, ctx, customerId);
    await purposeFor(tx, ctx, subject, purposeId);
    const place = { ...subject, purposeId };
    const before = await consentToChange(tx, place, expectedVersion);
    return takeStep(tx, before, place, { step: 'REVOKE', ...bySubject(ctx) }, await tx.now());
  });
}

/** Revokes a consent of which the viewer is the subject; throws UserErrors for no such consent, or an old version. */
export async function revokeConsent(ctx: ViewerContext, args: RowArgs): Promise<Written<Consent>> {
  return ctx.transact(async (tx) => {
    await lockPlaceOf(tx, args.id);
    const before = await rowToChange(tx, ctx, givenConsents, args);
    return takeStep(tx, before, before, { step: 'REVOKE', ...bySubject(ctx) }, await tx.now());
  });
}

/**
 * Completes a double opt-in of which the viewer is the subject; throws UserErrors for no such consent, one that waits for
 * no confirmation, an inactive purpose, a notice that is no longer the current one, or an old version.
 */
export async function confirmConsent(ctx: ViewerContext, args: RowArgs): Promise<Written<Consent>> {
  return ctx.transact(async (tx) => {
    await lockPlaceOf(tx, args.id);
    const before = await rowToChange(tx, ctx, givenConsents, args);
    const purpose = await tx.db.consentPurpose.findUniqueOrThrow({ where: { id: before.purposeId } });
    const { validityDays } = purpose;
    const taken: TakenStep = { step: 'CONFIRM', validityDays, ...bySubject(ctx) };
    if (before.state === 'PENDING') {
      requireActive(purpose, 'id');
      requireCurrentNotice(purpose, before.noticeVersion ?? 0, 'id');
    }
    return takeStep(tx, before, before, taken, await tx.now());
  });
}

/** The step by which a grant is recorded: where a purpose requires a double opt-in, it only requests the confirmation. */
export function grantStep(
  { requiresDoubleOptIn, validityDays }: ConsentPurpose,
  notice: NonNullable<TakenStep['notice']>,
  by: Omit<TakenStep, 'step'>,
): TakenStep {
  return { ...by, step: requiresDoubleOptIn ? 'REQUEST' : 'GRANT', notice, validityDays };
}

function bySubject({ viewer }: ViewerContext): Pick<TakenStep, 'channel' | 'actor'> {
  return { channel: 'SUBJECT', actor: actorOf(viewer) };
}
