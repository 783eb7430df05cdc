import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import {
  acme,
  ada,
  alder,
  aPurpose,
  cleo,
  grant,
  gwen,
  installation,
  manager,
  otherOwner,
  owner,
  publish,
  resident,
  setOnBehalf,
} from '../support/consent-stage.ts';
import { codes, mutate } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { keysOf, partsOf, verdictOn } from '../support/receipt-verifier.ts';
import { runSql } from '../support/servers/run-sql.ts';

const { url } = installation.app;
const RECEIPT = 'query ($id: ID!) { consentReceipt(id: $id) { jws consentVersion } }';

async function receipt(id: string, who: Person = owner): Promise<string> {
  return (await who.ask(RECEIPT, { id })).consentReceipt.jws;
}

async function contentOf(jws: string, at = url) {
  const { content, refusal } = await verdictOn(jws, await keysOf(at));
  expect(refusal).toBe('');
  return content;
}

test('X: only the subject and the staff who may read a consent get its receipt; for others there is no such consent', async () => {
  const { consentId: id } = await grant(owner, await aPurpose(), { customerId: alder });
  const answer = async (who: Person, of = id) => {
    const { data, errors } = await who.run(RECEIPT, { id: of });
    return [data.consentReceipt, errors?.[0]?.extensions.code, errors?.[0]?.message];
  };
  const missing = await answer(owner, crypto.randomUUID());
  expect(missing).toEqual([null, 'NOT_FOUND', 'There is no such consent.']);
  for (const who of [manager, resident, otherOwner, gwen]) expect(await answer(who)).toEqual(missing);
  expect((await answer(installation.stranger()))[1]).toBe('UNAUTHENTICATED');
  for (const who of [owner, cleo, ada, installation.root])
    expect((await contentOf(await receipt(id, who))).record.record_id).toBe(id);
});

test('a receipt has the fields of ISO/IEC TS 27560, of the notice that was shown and the purpose as it was then', async () => {
  const purposeId = await aPurpose({ title: 'Better offers', validityDays: 1 });
  const { consentId: id, consent } = await grant(owner, purposeId, { language: 'de' });
  const update = { id: purposeId, input: { title: 'Anything at all' } };
  await mutate(ada, 'consentPurposeUpdate', update);
  await publish(purposeId);
  const content = await contentOf(await receipt(id));
  const sha256 = createHash('sha256').update('Dürfen wir?').digest('hex');
  const { event, pii_processing, ...header } = content.record;
  expect(content).toMatchObject({ schema_version: 'ISO/IEC TS 27560:2023' });
  expect(header).toMatchObject({
    record_id: id,
    pii_principal_id: owner.userId,
    party_identification: [
      { party_id: acme.id, party_role: 'pii_controller' },
      { party_id: owner.userId, party_role: 'pii_principal', party_type: 'member' },
    ],
  });
  expect(pii_processing).toMatchObject({
    privacy_notice: { version: 1, language: 'de', sha256 },
    language: 'de',
    purposes: [{ purpose_title: 'Better offers', lawful_basis: 'consent', pii_controllers: [acme.id] }],
  });
  expect(event).toMatchObject({
    event_number: 1,
    event_type: 'GRANT',
    event_state: 'GRANTED',
    event_time: consent.grantedAt,
    entity_id: owner.userId,
    channel: 'SUBJECT',
    validity_duration: 'PT86400S',
    valid_until: consent.expiresAt,
  });
});

test('a receipt is of one moment: after a withdrawal the old one stays good, and a new one says REVOKED', async () => {
  const { consentId: id } = await grant(owner, await aPurpose());
  const old = await receipt(id);
  await mutate(owner, 'consentRevoke', { id });
  const [before, after] = [await contentOf(old), await contentOf(await receipt(id))];
  expect(before.record.event).toMatchObject({ event_number: 1, event_state: 'GRANTED' });
  expect(after.record.event).toMatchObject({ event_number: 2, event_state: 'REVOKED', valid_until: null });
  expect(Date.parse(before.issued_at)).toBeGreaterThanOrEqual(Date.parse(before.record.event.event_time));
  expect(Date.parse(before.issued_at)).toBeLessThanOrEqual(Date.parse(after.record.event.event_time));
});

test('a refusal before any notice was shown has a receipt without a notice', async () => {
  const input = { purposeId: await aPurpose() };
  const { consentId: id } = await mutate(resident, 'consentRefuse', { input }, 'consentId');
  const { record } = await contentOf(await receipt(id, resident));
  expect(record.pii_processing).toMatchObject({ privacy_notice: null, language: null });
  expect(record.event).toMatchObject({ event_type: 'REVOKE', event_state: 'REVOKED', granted_at: null });
});

test('X: no receipt names the staff who acted or their evidence, not for staff either', async () => {
  const { consentId: id } = await setOnBehalf(await aPurpose(), { memberId: manager.userId });
  for (const who of [manager, cleo, ada]) {
    const content = await contentOf(await receipt(id, who));
    expect(content.record.event).toMatchObject({ channel: 'STAFF', entity_id: acme.id });
    const text = JSON.stringify(content);
    for (const secret of ['4711', 'CALL', cleo.userId, 'A CSR', cleo.email])
      expect(text).not.toContain(secret);
  }
});

test('the header of a receipt names a published key by its thumbprint, and no private part is published', async () => {
  const { consentId: id } = await grant(owner, await aPurpose());
  const { header } = partsOf(await receipt(id));
  const { keys } = await keysOf(url);
  const key = keys.find(({ kid }) => kid === header.kid);
  expect(header).toEqual({ alg: 'EdDSA', typ: 'consent-receipt+jws', kid: key?.kid });
  const { crv, kty, x } = key ?? {};
  expect(createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url')).toBe(header.kid);
  for (const published of keys)
    expect(Object.keys(published).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
});

test('only an administrator of the platform adds a key, and the next one waits until the first of them signs', async () => {
  for (const who of [ada, cleo, owner, installation.stranger()])
    expect(await codes(who, 'receiptKeyRotate', {})).not.toEqual([]);
  const before = (await keysOf(url)).keys.length;
  const { keyId, signsFrom } = await mutate(installation.root, 'receiptKeyRotate', {}, 'keyId signsFrom');
  expect(Date.parse(signsFrom) - Date.now()).toBeGreaterThan(300_000);
  expect(await codes(installation.root, 'receiptKeyRotate', {})).toEqual(['INVALID_STATE']);
  const { keys } = await keysOf(url);
  expect(keys.length).toBe(before + 1);
  expect(keys[0]?.kid).toBe(keyId);
  const { consentId: id } = await grant(owner, await aPurpose());
  expect(partsOf(await receipt(id)).header.kid).not.toBe(keyId);
});

describeOnPostgres('the keys in the database', () => {
  const sql = (statement: string) => runSql(installation.app.config.databaseUrl ?? '', statement);
  const turnOfNext = () => sql('UPDATE receipt_key SET signs_from = now() WHERE signs_from > now()');

  test('after two rotations the receipts of all three keys are good, with the keys of any node', async () => {
    const node = await installation.anotherNode();
    await turnOfNext();
    const { consentId: id } = await grant(owner, await aPurpose());
    const jwss = [await receipt(id)];
    for (const _rotation of [1, 2]) {
      await mutate(installation.root, 'receiptKeyRotate', {});
      await turnOfNext();
      jwss.push((await owner.at(node).ask(RECEIPT, { id })).consentReceipt.jws);
    }
    expect(new Set(jwss.map((jws) => partsOf(jws).header.kid)).size).toBe(3);
    for (const jws of jwss)
      for (const at of [url, node.url]) expect((await contentOf(jws, at)).record.record_id).toBe(id);
  });
});
