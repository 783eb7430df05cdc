import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { systemActor } from '../../../src/core/rows/actor.ts';
import type {
  Consent,
  ConsentRecord,
  ConsentState,
  ConsentStep,
} from '../../../src/generated/prisma/client.ts';
import {
  type Interval,
  type IntervalLength,
  intervalsBetween,
} from '../../../src/modules/consent-stats/calendar-intervals.ts';
import { countsAt, countsPerInterval } from '../../../src/modules/consent-stats/ledger-counts.ts';
import { takeStep } from '../../../src/modules/consents/consent-steps.ts';
import { anOpenDatabase, type OpenDatabase } from '../../support/open-database.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';

const ORIGIN = { actor: systemActor('test'), requestId: null, ip: null };
const BEGIN = Date.parse('2026-01-01T00:00:00Z');
const HOUR_MS = 3_600_000;
const SUBJECTS = 12;

let database: OpenDatabase;
let tenantId: string;
let customerIds: string[];
let purposes = 0;

beforeAll(async () => {
  database = await anOpenDatabase();
  const { prisma } = database;
  const { id: organizationId } = await prisma.organization.create({ data: { name: 'Acme', slug: 'acme' } });
  ({ id: tenantId } = await prisma.tenant.create({ data: { organizationId, name: 'Acme', slug: 'acme' } }));
  await prisma.feedHead.create({ data: { feed: tenantId } });
  const data = Array.from({ length: SUBJECTS }, () => ({ tenantId, company: 'Alder' }));
  customerIds = (await prisma.customer.createManyAndReturn({ data })).map(({ id }) => id);
});
afterAll(() => database.drop());

/** A purpose as a node of an earlier release creates it: without counts. */
async function aPurpose(): Promise<string> {
  purposes += 1;
  const key = `purpose-${purposes}`;
  return (await database.prisma.consentPurpose.create({ data: { tenantId, key, title: key } })).id;
}

interface Taken {
  readonly subject: number;
  readonly purposeId: string;
  readonly step: ConsentStep;
  readonly at: Date;
  readonly noticeVersion?: number;
}

/** Takes steps in one transaction; a refused one leaves all out. */
function take(steps: readonly Taken[], begins: () => void = () => {}): Promise<boolean> {
  const done = database.transactions.of(ORIGIN)(async (tx) => {
    begins();
    for (const { subject, purposeId, step, at, noticeVersion = 1 } of steps) {
      const place = { tenantId, customerId: customerIds[subject] ?? '', memberId: null, purposeId };
      const before: Consent | null = await tx.db.consent.findFirst({ where: place });
      const notice =
        step === 'GRANT' || step === 'REQUEST' ? { notice: { noticeVersion, language: 'en' } } : {};
      const by = { channel: 'SUBJECT', actor: ORIGIN.actor, validityDays: 2 } as const;
      await takeStep(tx, before, place, { step, ...notice, ...by }, at);
    }
  });
  return done.then(
    () => true,
    (refused: { errors: { code: string }[] }) => {
      expect(refused.errors).toMatchObject([{ code: 'INVALID_STATE' }]);
      return false;
    },
  );
}

const ledger = (purposeId: string) =>
  database.prisma.consentRecord.findMany({ where: { purposeId }, orderBy: { consentVersion: 'asc' } });

/** The counts of a purpose at a time, read from the whole ledger. */
function counted(records: readonly ConsentRecord[], time: Date) {
  const stateOf = new Map(
    records.filter(({ recordedAt }) => recordedAt < time).map(({ consentId, state }) => [consentId, state]),
  );
  const numberOf = (state: ConsentState) => [...stateOf.values()].filter((one) => one === state).length;
  return {
    pending: numberOf('PENDING'),
    granted: numberOf('GRANTED'),
    revoked: numberOf('REVOKED'),
    expired: numberOf('EXPIRED'),
  };
}

/** The counts of an interval, read from the whole ledger. */
function countedIn(records: readonly ConsentRecord[], { start, end }: Interval) {
  const subjects = (...steps: ConsentStep[]) =>
    new Set(
      records
        .filter(({ step, recordedAt }) => steps.includes(step) && recordedAt >= start && recordedAt < end)
        .map(({ consentId }) => consentId),
    ).size;
  return {
    granted: subjects('GRANT', 'CONFIRM'),
    revoked: subjects('REVOKE'),
    expired: subjects('EXPIRE'),
    standing: counted(records, end).granted,
  };
}

const tried = fc.record({
  subject: fc.integer({ min: 0, max: 3 }),
  step: fc.constantFrom<ConsentStep[]>('REQUEST', 'GRANT', 'CONFIRM', 'REVOKE'),
  noticeVersion: fc.integer({ min: 1, max: 3 }),
  hoursLater: fc.integer({ min: 0, max: 40 }),
});

const SOON = new Date(BEGIN + 400 * 24 * HOUR_MS);

test('after any history the counts are those of the ledger: now, at any day, and in each interval', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(tried, { minLength: 1, maxLength: 16 }),
      fc.constantFrom<IntervalLength[]>('DAY', 'WEEK', 'MONTH'),
      async (history, length) => {
        const purposeId = await aPurpose();
        let now = BEGIN;
        for (const { hoursLater, ...one } of history) {
          now += hoursLater * HOUR_MS;
          await take([{ ...one, purposeId, at: new Date(now) }]);
        }
        const records = await ledger(purposeId);
        const { prisma } = database;
        const stats = await prisma.consentStats.findUnique({ where: { id: purposeId } });
        expect(stats ?? counted([], SOON)).toMatchObject(counted(records, SOON));
        const [first, ...others] = intervalsBetween(new Date(BEGIN), new Date(now + 1), length, 400);
        if (!first || !stats) return;
        const intervals = [first, ...others] as const;
        expect(await countsPerInterval(prisma, purposeId, intervals)).toEqual(
          intervals.map((interval) => countedIn(records, interval)),
        );
        const times = intervals.map(({ end }) => end);
        const at = await Promise.all(times.map((time) => countsAt(prisma, [purposeId], time)));
        expect(at).toEqual(times.map((time) => [{ id: purposeId, ...counted(records, time) }]));
      },
    ),
    { numRuns: 25 },
  );
}, 120_000);

test('one transaction changes the counts of a purpose once, however many consents it changes', async () => {
  const purposeId = await aPurpose();
  const grants = customerIds.map((_, subject) => ({ subject, purposeId, step: 'GRANT', at: SOON }) as const);
  await take(grants.slice(0, 1));
  await take(grants.slice(1));
  const changes = await database.prisma.change.findMany({
    where: { entity: 'ConsentStats', entityId: purposeId },
    orderBy: { entityVersion: 'asc' },
  });
  expect(changes.map(({ kind, image }) => [kind, (image as { granted: number }).granted])).toEqual([
    ['CREATED', 1],
    ['UPDATED', SUBJECTS],
  ]);
});

describeOnPostgres('with concurrent transactions', () => {
  test('no count is lost, and none waits for another in a circle: each transaction runs once', async () => {
    const [one, other] = [await aPurpose(), await aPurpose()];
    let runs = 0;
    const begins = () => {
      runs += 1;
    };
    await Promise.all(
      customerIds.map((_, subject) => {
        const both = [one, other].map(
          (purposeId) => ({ subject, purposeId, step: 'GRANT', at: SOON }) as const,
        );
        return take(subject % 2 ? both : both.toReversed(), begins);
      }),
    );
    expect(runs).toBe(SUBJECTS);
    for (const id of [one, other]) {
      const stats = await database.prisma.consentStats.findUniqueOrThrow({ where: { id } });
      expect(stats).toMatchObject({ granted: SUBJECTS, pending: 0, revoked: 0, expired: 0 });
    }
  });
});
