import type { ViewerContext } from '../../core/context.ts';
import type { CreateArgs } from '../../core/requests/command-args.ts';
import { invalidInput } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, type OutputOf, parseInput } from '../../core/requests/input.ts';
import { choice, idOf, optional, text } from '../../core/requests/input-fields.ts';
import { actorOf } from '../../core/rows/actor.ts';
import type { Transaction, Written } from '../../core/rows/transact.ts';
import type { Consent, ConsentPurpose } from '../../generated/prisma/client.ts';
import { purposeFor, requireGrantable } from './consent-purpose.ts';
import { type TakenStep, takeStep } from './consent-steps.ts';
import { consentToChange, subjectOnBehalf } from './consent-subject.ts';
import { grantStep, noticeFields } from './consents.commands.ts';
import { staffTeamOf } from './staff-team.ts';

const WILL = sentences('INVALID_INPUT', {
  NO_WILL: 'Staff set a consent GRANTED or REVOKED; the other states follow by themselves.',
  NOTICE_NEEDED: 'A grant names the version of the notice that was shown.',
  LANGUAGE_NEEDED: 'A grant names the language in which the notice was shown.',
});

export const consentSetOnBehalfInput = createInput({
  customerId: idOf('Customer', 'The customer that is the subject, or whose user is'),
  memberId: optional(idOf('User', 'The user of the customer who is the subject'), 'the customer by default'),
  purposeId: idOf('ConsentPurpose', 'The purpose'),
  state: choice('ConsentState', 'The will of the subject, GRANTED or REVOKED'),
  noticeVersion: optional(noticeFields.noticeVersion, 'required with GRANTED'),
  language: optional(noticeFields.language, 'required with GRANTED'),
  evidenceKind: choice('ConsentEvidenceKind', 'The kind of the evidence of that will'),
  evidenceReference: text('Where the evidence is found, e.g. the number of a call', { max: 500 }),
});

type Given = OutputOf<typeof consentSetOnBehalfInput>;

/**
 * Sets a consent on behalf of its subject. A double opt-in becomes PENDING: only the subject can confirm it. Throws
 * UserErrors for a bad input, no such subject, a purpose or a notice that cannot be granted, or an old version.
 */
export async function setConsentOnBehalf(
  ctx: ViewerContext,
  {
    input,
    expectedVersion,
  }: CreateArgs<typeof consentSetOnBehalfInput> & { readonly expectedVersion?: number | null },
): Promise<Written<Consent>> {
  const given = parseInput(consentSetOnBehalfInput, input);
  requireWill(given);
  return ctx.transact(async (tx) => {
    const subject = await subjectOnBehalf(tx, ctx, given);
    const purpose = await purposeFor(tx, ctx, subject, given.purposeId);
    const taken = await stepOf(tx, ctx, purpose, given);
    const place = { ...subject, purposeId: purpose.id };
    const before = await consentToChange(tx, place, expectedVersion);
    return takeStep(tx, before, place, taken, await tx.now());
  });
}

function requireWill({ state }: Given): void {
  if (state === 'GRANTED' || state === 'REVOKED') return;
  throw invalidInput(WILL.NO_WILL(), 'input', 'state');
}

async function stepOf(
  tx: Transaction,
  { viewer }: ViewerContext,
  purpose: ConsentPurpose,
  { state, evidenceKind, evidenceReference, ...given }: Given,
): Promise<TakenStep> {
  const evidence = { kind: evidenceKind, reference: evidenceReference };
  const staffTeam = staffTeamOf(viewer.role);
  const by = { channel: 'STAFF', actor: actorOf(viewer), staffTeam, evidence } as const;
  if (state === 'REVOKED') return { ...by, step: 'REVOKE' };
  const notice = noticeOf(given);
  await requireGrantable(tx, purpose, notice);
  return grantStep(purpose, notice, by);
}

function noticeOf({ noticeVersion, language }: Pick<Given, 'noticeVersion' | 'language'>) {
  if (noticeVersion == null) throw invalidInput(WILL.NOTICE_NEEDED(), 'input', 'noticeVersion');
  if (language == null) throw invalidInput(WILL.LANGUAGE_NEEDED(), 'input', 'language');
  return { noticeVersion, language };
}
