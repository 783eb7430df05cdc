import { TEST_PASSWORD } from './installation.ts';
import { mutate } from './mutate.ts';
import type { Person } from './person.ts';
import { SHARED_REDIS } from './shared-redis.ts';
import { aStage } from './stage.ts';

/** Two tenants with their staff. */
export const { installation, acme, ada, sue, cleo, gil } = await aStage(
  { acme: { ada: 'TENANT_ADMIN', sue: 'SUPPORT', cleo: 'CSR' }, globex: { gil: 'TENANT_ADMIN' } },
  process.env.TEST_REDIS_URL ? SHARED_REDIS : {},
);

/** A customer with a resident, whose texts all begin with a canary of its own. */
export interface Home {
  readonly canary: string;
  readonly customerId: string;
  readonly residentId: string;
  readonly unitId: string;
  readonly requestId: string;
  readonly paymentId: string;
  readonly purposeId: string;
  readonly email: string;
}

/** Makes a customer whose texts have one canary, and its resident with texts of another one. */
export async function aHome(ofCustomer: string, ofResident: string): Promise<Home> {
  const run = (name: string, input: object, type: string, by: Person = ada) =>
    mutate(by, name, { input }, `${type}Id`).then((payload) => String(payload[`${type}Id`]));
  const mail = (name: string) => `${name.toLowerCase()}@lockstep.test`;
  const customerId = await run(
    'customerCreate',
    {
      company: `${ofCustomer} Homes`,
      contactName: ofCustomer,
      email: mail(ofCustomer),
      phone: `${ofCustomer} 1`,
      internalNotes: `notes on ${ofCustomer}`,
    },
    'customer',
  );
  const residentId = await run(
    'userCreate',
    {
      customerId,
      role: 'RESIDENT',
      name: ofResident,
      email: mail(ofResident),
      department: ofResident,
      company: ofResident,
      attributes: [`nickname=${ofResident}`],
      password: TEST_PASSWORD,
    },
    'user',
  );
  const propertyId = await run(
    'propertyCreate',
    { customerId, name: `${ofCustomer} House`, address: `1 ${ofCustomer} Road` },
    'property',
  );
  const unitId = await run('unitCreate', { propertyId, residentId, label: 'Flat 1' }, 'unit');
  const request = { unitId, title: `Heating of ${ofResident}`, description: `${ofResident} is cold` };
  const requestId = await run('maintenanceRequestCreate', request, 'maintenanceRequest');
  const amount = { amountMinor: 1_000, currency: 'EUR' };
  const paymentId = await run(
    'paymentRecord',
    { unitId, amount, status: 'FAILED', reference: 'invoice 17' },
    'payment',
  );
  await mutate(ada, 'paymentReceive', { id: paymentId, input: { method: 'CARD' } });
  await mutate(ada, 'paymentRefund', { id: paymentId, input: { reason: `${ofResident} paid twice` } });
  const key = `purpose-${crypto.randomUUID().slice(0, 8)}`;
  const purposeId = await run('consentPurposeCreate', { key, title: 'Newsletter' }, 'consentPurpose');
  await mutate(ada, 'consentNoticePublish', { input: { purposeId, language: 'en', text: 'May we?' } });
  for (const [memberId, canary] of [
    [residentId, ofResident],
    [null, ofCustomer],
  ]) {
    const will = { state: 'GRANTED', noticeVersion: 1, language: 'en' };
    const evidence = { evidenceKind: 'CALL', evidenceReference: `call of ${canary}` };
    await mutate(cleo, 'consentSetOnBehalf', {
      input: { customerId, memberId, purposeId, ...will, ...evidence },
    });
  }
  const canary = ofResident;
  return { canary, customerId, residentId, unitId, requestId, paymentId, purposeId, email: mail(ofResident) };
}

/** The result of an erasure. */
export interface Erased {
  readonly id: string;
  readonly status: string;
  readonly erasedEntryCount: number;
  readonly keptPaymentCount: number;
  readonly keptConsentRecordCount: number;
}

const DONE = `subscription ($after: Cursor) { personErasureUpdated(after: $after) {
  personErasure { id status erasedEntryCount keptPaymentCount keptConsentRecordCount } } }`;

/** Erases a person and waits until that is completed. */
export async function erase(input: object, by: Person = ada): Promise<Erased> {
  const asked = await mutate(by, 'personErase', { input }, 'cursor personErasureId');
  const stream = by.follow(DONE, { after: asked.cursor });
  try {
    for (;;) {
      const { personErasure } = (await stream.event()) as { personErasure: Erased };
      if (personErasure.id === asked.personErasureId) return personErasure;
    }
  } finally {
    await stream.close();
  }
}
