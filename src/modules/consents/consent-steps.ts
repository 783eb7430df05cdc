import type { Actor } from '../../core/rows/actor.ts';
import { systemActor } from '../../core/rows/actor.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type {
  Consent,
  ConsentChannel,
  ConsentEvidenceKind,
  ConsentPurpose,
  ConsentStep,
  Prisma,
  StaffTeam,
} from '../../generated/prisma/client.ts';
import { requirePresent } from './consent-present.ts';
import { holdsAlready, isPastEnd, stateAfter } from './consent-transitions.ts';
import { consentEntity, consentExpiry } from './consents.changes.ts';

/** The steps by which a subject agrees, or begins to. */
const AGREEING: readonly ConsentStep[] = ['REQUEST', 'GRANT', 'CONFIRM'];
const DAY_MS = 86_400_000;
/** The time that a subject has to confirm. */
const CONFIRMATION_DAYS = 30;

/** The subject and the purpose of a consent. */
export type ConsentPlace = Pick<Consent, 'tenantId' | 'customerId' | 'memberId' | 'purposeId'>;

/** A step of a consent and what its record keeps of it. */
export interface TakenStep {
  readonly step: ConsentStep;
  /** The notice that was shown; absent where the one that was shown before counts. */
  readonly notice?: { readonly noticeVersion: number; readonly language: string };
  /** The days after which a grant expires; null if it does not. */
  readonly validityDays?: number | null;
  readonly channel: ConsentChannel;
  readonly actor: Actor;
  /** The version of the notice that requires consent again; only for SUPERSEDE. */
  readonly requiredNoticeVersion?: number;
  /** The team of the staff that takes the step on behalf of the subject. */
  readonly staffTeam?: StaffTeam;
  readonly evidence?: { readonly kind: ConsentEvidenceKind; readonly reference: string };
}

/**
 * Takes a step of a consent that is locked, or null if there is none, and writes its record; returns the consent as it
 * is if that is what it is already. A consent that is past its end expires first. Throws INVALID_STATE for a step that
 * the state does not allow, and for one that agrees on behalf of a subject who was erased.
 */
export async function takeStep(
  tx: Transaction,
  before: Consent | null,
  place: ConsentPlace,
  taken: TakenStep,
  now: Date,
): Promise<Consent> {
  if (AGREEING.includes(taken.step)) await requirePresent(tx, place);
  const current = before && isPastEnd(before, now) ? await expire(tx, before, now) : before;
  if (current && holdsAlready(current, taken.step, taken.notice?.noticeVersion ?? null)) return current;
  return write(tx, current, place, taken, now);
}

/** Expires a consent, as its schedule says, unless it has no end by now or a later one. */
export async function expireWhenDue(tx: Transaction, consent: Consent): Promise<void> {
  const now = await tx.now();
  if (isPastEnd(consent, now)) await expire(tx, consent, now);
}

/** Expires a consent that is past its end. */
export async function expire(tx: Transaction, before: Consent, now: Date): Promise<Consent> {
  return write(tx, before, before, { step: 'EXPIRE', channel: 'SYSTEM', actor: systemActor('expiry') }, now);
}

/** Turns a GRANTED consent PENDING, because a newer notice requires consent again. */
export async function supersede(
  tx: Transaction,
  before: Consent,
  requiredNoticeVersion: number,
  now: Date,
): Promise<Consent> {
  const by = { channel: 'SYSTEM', actor: systemActor('renewal of consents') } as const;
  return write(tx, before, before, { step: 'SUPERSEDE', requiredNoticeVersion, ...by }, now);
}

async function write(
  tx: Transaction,
  before: Consent | null,
  { tenantId, customerId, memberId, purposeId }: ConsentPlace,
  taken: TakenStep,
  now: Date,
): Promise<Consent> {
  const columns = { ...columnsAfter(before, taken, now), updatedAt: now };
  const place = { tenantId, customerId, memberId, purposeId };
  const after = before
    ? await tx.update(consentEntity, before, columns)
    : tx.created(
        consentEntity,
        await tx.db.consent.create({ data: { ...place, ...columns, createdAt: now } }),
      );
  const purpose = await tx.db.consentPurpose.findUniqueOrThrow({
    where: { id: purposeId },
    select: { key: true, title: true },
  });
  await tx.db.consentRecord.create({ data: recordOf(before, after, purpose, taken, now) });
  await scheduleEnd(tx, before, after);
  return after;
}

async function scheduleEnd(tx: Transaction, before: Consent | null, after: Consent): Promise<void> {
  const end = after.state === 'EXPIRED' ? null : after.expiresAt;
  if (end) await tx.schedule(consentExpiry, after, end);
  else if (before?.expiresAt) await tx.unschedule(consentExpiry, after);
}

function columnsAfter(
  before: Consent | null,
  { step, notice, validityDays, channel, staffTeam }: TakenStep,
  now: Date,
) {
  const state = stateAfter(before?.state ?? null, step);
  const ends: Readonly<Record<ConsentStep, Date | null>> = {
    REQUEST: daysAfter(now, CONFIRMATION_DAYS),
    GRANT: daysAfter(now, validityDays),
    CONFIRM: daysAfter(now, validityDays),
    REVOKE: null,
    EXPIRE: before?.expiresAt ?? null,
    SUPERSEDE: daysAfter(now, CONFIRMATION_DAYS),
  };
  return {
    state,
    channel,
    staffTeam: staffTeam ?? null,
    noticeVersion: notice?.noticeVersion ?? before?.noticeVersion ?? null,
    language: notice?.language ?? before?.language ?? null,
    grantedAt: state === 'GRANTED' ? now : (before?.grantedAt ?? null),
    expiresAt: ends[step],
  };
}

function daysAfter(time: Date, days: number | null | undefined): Date | null {
  return days ? new Date(time.getTime() + days * DAY_MS) : null;
}

function recordOf(
  before: Consent | null,
  after: Consent,
  purpose: Pick<ConsentPurpose, 'key' | 'title'>,
  { step, actor, evidence, requiredNoticeVersion }: TakenStep,
  now: Date,
): Prisma.ConsentRecordUncheckedCreateInput {
  const { state, noticeVersion, language, channel, staffTeam, grantedAt, expiresAt } = after;
  return {
    consentId: after.id,
    purposeId: after.purposeId,
    consentVersion: after.version,
    step,
    previousState: before?.state ?? null,
    ...{ state, noticeVersion, language, channel, staffTeam, grantedAt, expiresAt },
    purposeKey: purpose.key,
    purposeTitle: purpose.title,
    requiredNoticeVersion: requiredNoticeVersion ?? null,
    recordedAt: now,
    actorKind: actor.kind,
    actorId: actor.id,
    actorName: actor.name,
    actorOfPlatform: actor.isOfPlatform,
    evidenceKind: evidence?.kind ?? null,
    evidenceReference: evidence?.reference ?? null,
  };
}
