import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { actorOf } from '../../../src/core/rows/actor.ts';
import type {
  Consent,
  ConsentRecord,
  ConsentState,
  ConsentStep,
} from '../../../src/generated/prisma/client.ts';
import { consentsAt } from '../../../src/modules/consents/consent-ledger.ts';
import { takeStep } from '../../../src/modules/consents/consent-steps.ts';
import { stateAfter } from '../../../src/modules/consents/consent-transitions.ts';
import { anOpenDatabase, type OpenDatabase } from '../../support/open-database.ts';

const ORIGIN = {
  actor: actorOf({ userId: crypto.randomUUID(), name: 'Ada', role: 'TENANT_ADMIN', apiToken: null }),
  requestId: null,
  ip: null,
};
const BEGIN = Date.parse('2026-01-01T00:00:00Z');
const DAY_MS = 86_400_000;

let database: OpenDatabase;
let tenantId: string;
let customerId: string;
let purposes = 0;

beforeAll(async () => {
  database = await anOpenDatabase();
  const { prisma } = database;
  const { id: organizationId } = await prisma.organization.create({ data: { name: 'Acme', slug: 'acme' } });
  ({ id: tenantId } = await prisma.tenant.create({ data: { organizationId, name: 'Acme', slug: 'acme' } }));
  await prisma.feedHead.create({ data: { feed: tenantId } });
  ({ id: customerId } = await prisma.customer.create({ data: { tenantId, company: 'Alder' } }));
});
afterAll(() => database.drop());

async function aPurpose(): Promise<string> {
  purposes += 1;
  const key = `purpose-${purposes}`;
  return (await database.prisma.consentPurpose.create({ data: { tenantId, key, title: key } })).id;
}

interface Tried {
  readonly step: ConsentStep;
  readonly noticeVersion: number;
  readonly validityDays: number | null;
  readonly daysLater: number;
}

const tried = fc.record<Tried>({
  step: fc.constantFrom('REQUEST', 'GRANT', 'CONFIRM', 'REVOKE'),
  noticeVersion: fc.integer({ min: 1, max: 3 }),
  validityDays: fc.option(fc.integer({ min: 1, max: 20 })),
  daysLater: fc.integer({ min: 1, max: 12 }),
});

/** Takes a step; a refused one changes nothing. */
async function take(
  before: Consent | null,
  purposeId: string,
  one: Tried,
  now: Date,
): Promise<Consent | null> {
  const { step, noticeVersion, validityDays } = one;
  const asks = step === 'GRANT' || step === 'REQUEST';
  const taken = {
    step,
    validityDays,
    ...(asks && { notice: { noticeVersion, language: 'en' } }),
    channel: 'SUBJECT',
    actor: ORIGIN.actor,
  } as const;
  const place = { tenantId, customerId, memberId: null, purposeId };
  const done = database.transactions.of(ORIGIN)((tx) => takeStep(tx, before, place, taken, now));
  return done.then(
    ({ value }) => value,
    (refused: { errors: { code: string }[] }) => {
      expect(refused.errors).toMatchObject([{ code: 'INVALID_STATE' }]);
      return before;
    },
  );
}

function recordsOf({ id: consentId }: Consent): Promise<ConsentRecord[]> {
  return database.prisma.consentRecord.findMany({ where: { consentId }, orderBy: { consentVersion: 'asc' } });
}

const folded = (records: readonly ConsentRecord[]) =>
  records.reduce<ConsentState | null>((state, { step }) => stateAfter(state, step), null);

test('after any history the state is the fold of the ledger, and asOf any moment shows what held then', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(tried, { minLength: 1, maxLength: 12 }), async (history) => {
      const purposeId = await aPurpose();
      let consent: Consent | null = null;
      let now = BEGIN;
      const seen: { readonly at: Date; readonly consent: Consent }[] = [];
      for (const one of history) {
        now += one.daysLater * DAY_MS;
        consent = await take(consent, purposeId, one, new Date(now));
        if (consent) seen.push({ at: new Date(now), consent });
      }
      if (!consent) return;
      const records = await recordsOf(consent);
      const last = await database.prisma.consent.findUniqueOrThrow({ where: { id: consent.id } });
      expect(last).toEqual(consent);
      expect(folded(records)).toBe(last.state);
      expect(records.map(({ consentVersion }) => consentVersion)).toEqual(
        records.map((_, index) => index + 1),
      );
      expect(records.length).toBe(last.version);
      expect(records.map(({ previousState }) => previousState)).toEqual([
        null,
        ...records.slice(0, -1).map(({ state }) => state),
      ]);
      for (const { at, consent: then } of seen)
        expect(await consentsAt(database.prisma, [last], at)).toEqual([then]);
    }),
    { numRuns: 40 },
  );
});

test('no step but a grant and a confirmation leads to GRANTED, and both name a notice', () => {
  const states: readonly (ConsentState | null)[] = [null, 'PENDING', 'GRANTED', 'REVOKED', 'EXPIRED'];
  const steps: readonly ConsentStep[] = ['REQUEST', 'GRANT', 'CONFIRM', 'REVOKE', 'EXPIRE', 'SUPERSEDE'];
  const leading = states.flatMap((state) =>
    steps.flatMap((step) => {
      try {
        return stateAfter(state, step) === 'GRANTED' ? [`${state} ${step}`] : [];
      } catch {
        return [];
      }
    }),
  );
  expect(leading).toEqual([
    'null GRANT',
    'PENDING GRANT',
    'PENDING CONFIRM',
    'GRANTED GRANT',
    'GRANTED CONFIRM',
    'REVOKED GRANT',
    'EXPIRED GRANT',
  ]);
});

test('the database refuses a state without its record, whatever program writes it', async () => {
  const purposeId = await aPurpose();
  const grant: Tried = { step: 'GRANT', noticeVersion: 1, validityDays: null, daysLater: 1 };
  const consent = await take(null, purposeId, grant, new Date(BEGIN));
  const refused = { code: '23503' };
  for (const set of [`state = 'REVOKED'`, 'version = version + 1'])
    await expect(
      database.ownerPool.query(`UPDATE consent SET ${set} WHERE id = $1`, [consent?.id]),
    ).rejects.toMatchObject(refused);
  await expect(
    database.ownerPool.query(
      `INSERT INTO consent (id, tenant_id, customer_id, purpose_id, state, channel, updated_at)
       VALUES (gen_random_uuid(), $1, $2, $3, 'GRANTED', 'STAFF', now())`,
      [tenantId, customerId, await aPurpose()],
    ),
  ).rejects.toMatchObject(refused);
  await database.ownerPool.query(`UPDATE consent SET channel = 'STAFF' WHERE id = $1`, [consent?.id]);
});

test('a customer has one consent of its own to a purpose, whatever program writes it', async () => {
  const place = { tenantId, customerId, memberId: null, purposeId: await aPurpose() };
  const taken = { step: 'REVOKE', channel: 'SUBJECT', actor: ORIGIN.actor } as const;
  const refuse = () =>
    database.transactions.of(ORIGIN)((tx) => takeStep(tx, null, place, taken, new Date(BEGIN)));
  await refuse();
  await expect(refuse()).rejects.toMatchObject({ code: 'P2002' });
});
