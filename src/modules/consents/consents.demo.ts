import { systemActor } from '../../core/rows/actor.ts';
import type { DemoData } from '../../core/rows/demo-data.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { Consent, ConsentPurpose, ConsentStep } from '../../generated/prisma/client.ts';
import { pick } from '../../lib/pick.ts';
import { expire, takeStep } from './consent-steps.ts';
import type { Subject } from './consent-subject.ts';

const DAY_MS = 86_400_000;

/** The steps of a consent and the days since each, so that every state occurs. */
type History = readonly (readonly [step: ConsentStep, daysAgo: number])[];

const HISTORIES: readonly [History, ...History[]] = [
  [['GRANT', 20]],
  [['REQUEST', 3]],
  [
    ['GRANT', 90],
    ['REVOKE', 7],
  ],
  [['REVOKE', 12]],
  [
    ['GRANT', 400],
    ['EXPIRE', 35],
  ],
  [
    ['REQUEST', 41],
    ['CONFIRM', 40],
  ],
];

/** The consents of each tenant's first customer and of its owner: few, because each step takes several statements. */
export const demo: DemoData = {
  async tenant(tx, { tenant: { id: tenantId } }) {
    const purposes = await tx.db.consentPurpose.findMany({ where: { tenantId }, orderBy: { id: 'asc' } });
    const now = await tx.now();
    for (const [number, subject] of (await subjectsOf(tx, tenantId)).entries()) {
      for (const [index, purpose] of purposes.entries()) {
        await live(tx, subject, purpose, pick(HISTORIES, number + index), now);
      }
    }
  },
};

async function subjectsOf(tx: Transaction, tenantId: string): Promise<Subject[]> {
  const found = await tx.db.customer.findMany({ where: { tenantId }, orderBy: { id: 'asc' }, take: 1 });
  const members = await tx.db.user.findMany({
    where: { tenantId, customerId: found[0]?.id ?? null, role: 'OWNER' },
    orderBy: { id: 'asc' },
    take: 1,
  });
  return [
    ...found.map(({ id }) => ({ tenantId, customerId: id, memberId: null })),
    ...members.map(({ id, customerId }) => ({ tenantId, customerId: customerId ?? '', memberId: id })),
  ];
}

async function live(
  tx: Transaction,
  subject: Subject,
  { id: purposeId, validityDays }: ConsentPurpose,
  history: History,
  now: Date,
): Promise<void> {
  let consent: Consent | null = null;
  for (const [step, daysAgo] of history) {
    const at = new Date(now.getTime() - daysAgo * DAY_MS);
    if (step === 'EXPIRE' && consent) {
      consent = await expire(tx, consent, at);
      continue;
    }
    const notice = step === 'REVOKE' ? {} : { notice: { noticeVersion: 1, language: 'en' } };
    const by = { channel: 'SUBJECT', actor: systemActor('demo data') } as const;
    consent = await takeStep(
      tx,
      consent,
      { ...subject, purposeId },
      { step, validityDays, ...notice, ...by },
      at,
    );
  }
}
