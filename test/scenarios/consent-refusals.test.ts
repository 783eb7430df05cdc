import { describe, expect, test } from '@jest/globals';
import {
  acme,
  ada,
  alder,
  aPurpose,
  cleo,
  gil,
  grant,
  gwen,
  HISTORY,
  installation,
  manager,
  noConsents,
  ofAlder,
  otherOwner,
  owner,
  publish,
  resident,
  STATE,
  setOnBehalf,
  shown,
  steps,
  sue,
} from '../support/consent-stage.ts';
import type { TestUser } from '../support/installation.ts';
import { codes, mutate, refusals } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';

describe('X: refused', () => {
  test('another customer, another member and another tenant see no consent and its history, and can change none', async () => {
    const purposeId = await aPurpose();
    const ofCustomer = (await grant(owner, purposeId, { customerId: alder })).consentId;
    const ofManager = (await grant(manager, purposeId)).consentId;
    const seers: readonly [TestUser, string][] = [
      [otherOwner, ofCustomer],
      [gwen, ofCustomer],
      [gil, ofCustomer],
      [resident, ofCustomer],
      [manager, ofCustomer],
      [owner, ofManager],
      [resident, ofManager],
    ];
    for (const [who, id] of seers) {
      const asked = await who.run('query ($id: ID!) { consent(id: $id) { id } }', { id });
      expect(asked.data).toEqual({ consent: null });
      expect((await who.run(HISTORY, { id })).errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
      const expected = who === gwen || who === gil ? ['FORBIDDEN'] : ['NOT_FOUND'];
      expect(await codes(who, 'consentRevoke', { id })).toEqual(expected);
      expect(await codes(who, 'consentConfirm', { id })).toEqual(expected);
    }
    expect(await steps(ofCustomer)).toEqual(['GRANT GRANTED']);
  });

  test('support without the right can neither read, subscribe to nor set consents', async () => {
    const purposeId = await aPurpose();
    const FORBIDDEN = [{ extensions: { code: 'FORBIDDEN' } }];
    expect((await sue.run('{ consents { totalCount } }')).errors).toMatchObject(FORBIDDEN);
    expect(await codes(sue, 'consentSetOnBehalf', { input: ofAlder(purposeId) })).toEqual(['FORBIDDEN']);
    for (const field of ['consentChanged', 'consentGranted', 'consentRevoked', 'consentExpired']) {
      const stream = sue.follow(`subscription { ${field} { __typename } }`);
      expect((await stream.next()).errors).toMatchObject(FORBIDDEN);
    }
    await noConsents(purposeId);
  });

  test('no user grants for another subject: a customer of others is not found, and only owners act for their own', async () => {
    const purposeId = await aPurpose();
    const input = shown(purposeId, { customerId: alder });
    expect(await codes(otherOwner, 'consentGrant', { input })).toEqual(['NOT_FOUND']);
    expect(await codes(otherOwner, 'consentRefuse', { input: { purposeId, customerId: alder } })).toEqual([
      'NOT_FOUND',
    ]);
    expect(await codes(manager, 'consentGrant', { input })).toEqual(['FORBIDDEN_CHANGE']);
    for (const who of [cleo, ada, installation.root]) {
      expect(await codes(who, 'consentGrant', { input: shown(purposeId) })).toEqual(['FORBIDDEN']);
      expect(await codes(who, 'consentRefuse', { input: { purposeId } })).toEqual(['FORBIDDEN']);
    }
    await noConsents(purposeId);
  });

  test('staff cannot confirm for the subject, and a request of theirs makes a double opt-in PENDING and nothing else', async () => {
    const purposeId = await aPurpose({ requiresDoubleOptIn: true });
    for (const repeated of [false, true]) {
      const { consent, cursor } = await setOnBehalf(purposeId);
      expect([repeated, consent.state, cursor === null]).toEqual([repeated, 'PENDING', repeated]);
      expect(await codes(cleo, 'consentConfirm', { id: consent.id })).toEqual(['FORBIDDEN']);
      expect(await codes(manager, 'consentConfirm', { id: consent.id })).toEqual(['NOT_FOUND']);
    }
  });

  test('a purpose, a customer or a member of others is not found on behalf of a subject', async () => {
    const purposeId = await aPurpose();
    const foreign = await aPurpose({}, gil);
    const refused = async (by: Person, more: object) =>
      (await refusals(by, 'consentSetOnBehalf', { input: ofAlder(purposeId, more) })).map(
        ({ code, path }) => `${code} ${path.join('.')}`,
      );
    expect([
      await refused(cleo, { purposeId: foreign }),
      await refused(installation.root, { purposeId: foreign }),
      await refused(gwen, {}),
      await refused(cleo, { memberId: otherOwner.userId }),
      await refused(cleo, { memberId: crypto.randomUUID() }),
    ]).toEqual([
      ['NOT_FOUND input.purposeId'],
      ['NOT_FOUND input.purposeId'],
      ['NOT_FOUND input.customerId'],
      ['NOT_FOUND input.memberId'],
      ['NOT_FOUND input.memberId'],
    ]);
    expect(await codes(owner, 'consentGrant', { input: shown(foreign) })).toEqual(['NOT_FOUND']);
    await noConsents(purposeId);
  });

  test('staff set nothing without evidence, and only GRANTED or REVOKED', async () => {
    const purposeId = await aPurpose();
    const { evidenceKind: _kind, ...withoutKind } = ofAlder(purposeId);
    const { evidenceReference: _reference, ...withoutReference } = ofAlder(purposeId);
    for (const input of [withoutKind, withoutReference]) {
      expect(await codes(cleo, 'consentSetOnBehalf', { input })).toEqual(['BAD_USER_INPUT']);
    }
    for (const more of [
      { evidenceReference: ' ' },
      { state: 'PENDING' },
      { state: 'EXPIRED' },
      { language: null },
    ]) {
      expect(await codes(cleo, 'consentSetOnBehalf', { input: ofAlder(purposeId, more) })).toEqual([
        'INVALID_INPUT',
      ]);
    }
    await noConsents(purposeId);
  });

  test('an older notice is refused with the current one, and one that was never published is not found', async () => {
    const purposeId = await aPurpose();
    await publish(purposeId);
    const { data } = await owner.run(
      'mutation ($input: ConsentGrantInput!) { consentGrant(input: $input) { userErrors { code rule path params { name value } } } }',
      { input: shown(purposeId) },
    );
    expect(data.consentGrant.userErrors).toMatchObject([
      {
        code: 'INVALID_STATE',
        rule: 'OLD_NOTICE',
        path: ['input', 'noticeVersion'],
        params: expect.arrayContaining([{ name: 'current', value: '2' }]),
      },
    ]);
    for (const never of [{ noticeVersion: 3 }, { noticeVersion: 2, language: 'fr' }]) {
      expect(await codes(owner, 'consentGrant', { input: shown(purposeId, never) })).toEqual(['NOT_FOUND']);
    }
    await noConsents(purposeId);
  });

  test('an inactive purpose grants and confirms nothing, and is revoked as ever', async () => {
    const purposeId = await aPurpose({ requiresDoubleOptIn: true });
    const { consentId: id } = await grant(owner, purposeId);
    await mutate(ada, 'consentPurposeUpdate', { id: purposeId, input: { isActive: false } });
    expect(await codes(owner, 'consentConfirm', { id })).toEqual(['INVALID_STATE']);
    expect(await codes(manager, 'consentGrant', { input: shown(purposeId) })).toEqual(['INVALID_STATE']);
    expect(await codes(cleo, 'consentSetOnBehalf', { input: ofAlder(purposeId) })).toEqual(['INVALID_STATE']);
    expect((await mutate(owner, 'consentRevoke', { id }, STATE)).consent.state).toBe('REVOKED');
    expect(await codes(owner, 'consentConfirm', { id })).toEqual(['INVALID_STATE']);
  });

  test('a customer with a consent cannot be deleted, in words that do not speak of consents', async () => {
    const customerId = await installation.aCustomer(acme.id, 'Cedar');
    await setOnBehalf(await aPurpose(), { customerId });
    expect(await refusals(sue, 'customerDelete', { id: customerId })).toMatchObject([
      { code: 'IN_USE', message: expect.not.stringMatching(/consent/i) },
    ]);
  });
});
