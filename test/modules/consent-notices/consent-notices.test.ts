import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { codes, mutate, refusals } from '../../support/mutate.ts';
import { aStage } from '../../support/stage.ts';

const { installation, acme, globex, ada, gil, cleo } = await aStage({
  acme: { ada: 'TENANT_ADMIN', cleo: 'CSR' },
  globex: { gil: 'TENANT_ADMIN' },
});
const owner = await installation.aUser('OWNER', {
  tenantId: acme.id,
  customerId: await installation.aCustomer(acme.id),
});

let keys = 0;

async function aPurpose(): Promise<string> {
  keys += 1;
  const input = { key: `purpose-${keys}`, title: 'Personalization' };
  return (await mutate(ada, 'consentPurposeCreate', { input }, 'consentPurposeId')).consentPurposeId;
}

async function publish(purposeId: string, text: string, language = 'en') {
  const input = { purposeId, language, text };
  const shown = 'consentNotice { id noticeVersion language text sha256 }';
  return (await mutate(ada, 'consentNoticePublish', { input }, shown)).consentNotice;
}

test('X: only those who may change a purpose publish its notices, and those of other tenants are not found', async () => {
  const purposeId = await aPurpose();
  const { id: noticeId } = await publish(purposeId, 'May we?');
  const published = { input: { purposeId, language: 'en', text: 'x' } };
  const translated = { input: { noticeId, language: 'fr', text: 'x' } };
  for (const who of [cleo, owner]) {
    expect(await codes(who, 'consentNoticePublish', published)).toEqual(['FORBIDDEN']);
    expect(await codes(who, 'consentNoticeTranslate', translated)).toEqual(['FORBIDDEN']);
  }
  expect(await refusals(gil, 'consentNoticePublish', published)).toMatchObject([
    { code: 'NOT_FOUND', path: ['input', 'purposeId'] },
  ]);
  expect(await refusals(gil, 'consentNoticeTranslate', translated)).toMatchObject([
    { code: 'NOT_FOUND', path: ['input', 'noticeId'] },
  ]);
});

test('a language is a tag of BCP 47, and the same tag in another spelling is the same language', async () => {
  const purposeId = await aPurpose();
  for (const language of [
    '',
    'english language',
    'e',
    '-',
    'en_US',
    `en-${'abcdefgh-'.repeat(9)}x`,
    'e\u0000n',
  ]) {
    expect(
      await refusals(ada, 'consentNoticePublish', { input: { purposeId, language, text: 'x' } }),
    ).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'language'] }]);
  }
  const { id: noticeId, language } = await publish(purposeId, 'Dürfen wir?', 'DE-ch');
  expect(language).toBe('de-CH');
  expect(
    await refusals(ada, 'consentNoticeTranslate', { input: { noticeId, language: 'de-ch', text: 'x' } }),
  ).toMatchObject([{ code: 'ALREADY_EXISTS', path: ['input', 'language'] }]);
});

test('a notice of an older version gets no further language, and the refusal names the current one', async () => {
  const purposeId = await aPurpose();
  const { id: noticeId } = await publish(purposeId, 'May we?');
  await publish(purposeId, 'May we, please?');
  const { data } = await ada.run(
    'mutation ($input: ConsentNoticeTranslateInput!) { consentNoticeTranslate(input: $input) { userErrors { code rule params { name value } } } }',
    { input: { noticeId, language: 'de', text: 'x' } },
  );
  expect(data.consentNoticeTranslate.userErrors).toMatchObject([
    {
      code: 'INVALID_STATE',
      rule: 'OLD_NOTICE',
      params: expect.arrayContaining([{ name: 'current', value: '2' }]),
    },
  ]);
});

test('versions count from one without a gap, also when they are published at the same moment', async () => {
  const purposeId = await aPurpose();
  const published = await Promise.all(
    ['One', 'Two', 'Three', 'Four'].map((text) => publish(purposeId, text)),
  );
  expect(published.map(({ noticeVersion }) => noticeVersion).toSorted()).toEqual([1, 2, 3, 4]);
  const { consentPurpose } = await owner.ask(
    'query ($id: ID!) { consentPurpose(id: $id) { noticeVersion notices(first: 10) { nodes { noticeVersion } } } }',
    { id: purposeId },
  );
  expect(consentPurpose.noticeVersion).toBe(4);
  expect(consentPurpose.notices.nodes).toHaveLength(4);
});

test('a notice has the SHA-256 of the text that its readers get', async () => {
  const notice = await publish(
    await aPurpose(),
    ' Dürfen wir Ihre Daten verwenden?\nJederzeit widerruflich. ',
    'de',
  );
  expect(notice).toMatchObject({
    text: 'Dürfen wir Ihre Daten verwenden?\nJederzeit widerruflich.',
    sha256: createHash('sha256').update(notice.text, 'utf8').digest('hex'),
  });
});

test('L: owners and representatives receive a notice when it is published, and the purpose with its new version', async () => {
  const purposeId = await aPurpose();
  const after = await ada.now(acme.id);
  const CREATED =
    'subscription ($after: Cursor) { consentNoticeCreated(after: $after) { consentNotice { noticeVersion text } } }';
  const streams = [owner, cleo].map((who) => who.follow(CREATED, { after }));
  const elsewhere = gil.follow(CREATED, { after: await gil.now(globex.id) });
  await publish(purposeId, 'May we?');
  for (const stream of streams)
    expect(await stream.take(1)).toEqual([{ consentNotice: { noticeVersion: 1, text: 'May we?' } }]);
  expect(elsewhere.unread).toEqual([]);
  const purposes = owner.follow(
    'subscription ($id: ID, $after: Cursor) { consentPurposeUpdated(id: $id, after: $after) { changedFields consentPurpose { noticeVersion } } }',
    { id: purposeId, after },
  );
  expect(await purposes.take(1)).toEqual([
    { changedFields: ['noticeVersion'], consentPurpose: { noticeVersion: 1 } },
  ]);
});
