import { expect } from '@jest/globals';
import { mutate } from './mutate.ts';
import type { Person } from './person.ts';
import { aStage } from './stage.ts';

/** Two tenants with their staff. */
export const { installation, acme, globex, ada, sue, cleo, gil, gwen } = await aStage({
  acme: { ada: 'TENANT_ADMIN', sue: 'SUPPORT', cleo: 'CSR' },
  globex: { gil: 'TENANT_ADMIN', gwen: 'CSR' },
});
export const alder = await installation.aCustomer(acme.id, 'Alder');
const birch = await installation.aCustomer(acme.id, 'Birch');
/** Makes a user of a customer. */
const member = (role: string, customerId: string) =>
  installation.aUser(role, { tenantId: acme.id, customerId });
export const owner = await member('OWNER', alder);
export const manager = await member('MANAGER', alder);
export const resident = await member('RESIDENT', alder);
export const otherOwner = await member('OWNER', birch);

let keys = 0;

/** A purpose of a tenant with a first notice in English and German. */
export async function aPurpose(more: object = {}, by: Person = ada): Promise<string> {
  keys += 1;
  const input = { key: `purpose-${keys}`, title: 'Personalization', ...more };
  const { consentPurposeId: purposeId } = await mutate(
    by,
    'consentPurposeCreate',
    { input },
    'consentPurposeId',
  );
  await publish(purposeId, by);
  return purposeId;
}

/** Publishes the next version of a notice in English and German. */
export async function publish(purposeId: string, by: Person = ada, more: object = {}): Promise<void> {
  const shown = { purposeId, language: 'en', text: 'May we use your data?', ...more };
  const { consentNoticeId: noticeId } = await mutate(
    by,
    'consentNoticePublish',
    { input: shown },
    'consentNoticeId',
  );
  await mutate(by, 'consentNoticeTranslate', { input: { noticeId, language: 'de', text: 'Dürfen wir?' } });
}

/** The parts of a payload that the tests read. */
export const STATE =
  'consentId consent { id state version noticeVersion language channel grantedAt expiresAt } cursor';
/** The input of a grant: the notice that was shown. */
export const shown = (purposeId: string, more: object = {}) => ({
  purposeId,
  noticeVersion: 1,
  language: 'en',
  ...more,
});
/** Grants consent to a purpose. */
export const grant = (who: Person, purposeId: string, more: object = {}) =>
  mutate(who, 'consentGrant', { input: shown(purposeId, more) }, STATE);
/** The input of staff on behalf of the customer Alder. */
export const ofAlder = (purposeId: string, more: object = {}) => ({
  ...shown(purposeId),
  customerId: alder,
  state: 'GRANTED',
  evidenceKind: 'CALL',
  evidenceReference: 'call 4711',
  ...more,
});
/** Sets the consent of Alder on behalf of it. */
export const setOnBehalf = (purposeId: string, more: object = {}, by: Person = cleo) =>
  mutate(by, 'consentSetOnBehalf', { input: ofAlder(purposeId, more) }, STATE);

/** The ledger of a consent. */
export const HISTORY = `query ($id: ID!) { consentHistory(id: $id) { nodes { consentVersion step previousState state noticeVersion language channel actor { kind id name } } } }`;
export const history = async (id: string, who: Person = ada) =>
  (await who.ask(HISTORY, { id })).consentHistory.nodes as { step: string; state: string; channel: string }[];
/** The steps of a consent and the states after them. */
export const steps = async (id: string) => (await history(id)).map(({ step, state }) => `${step} ${state}`);

/** Expects no consent to a purpose. */
export async function noConsents(purposeId: string): Promise<void> {
  const { consents } = await installation.root.ask(
    'query ($tenantId: ID, $purposeId: ID!) { consents(tenantId: $tenantId, filter: { purposeId: { equals: $purposeId } }) { totalCount } }',
    { tenantId: acme.id, purposeId },
  );
  expect(consents.totalCount).toBe(0);
}
