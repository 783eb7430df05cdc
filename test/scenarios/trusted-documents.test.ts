import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { hashOfDocument, readTrustedDocuments } from '../../src/transport/pipeline/trusted-documents.ts';
import { anApp, PLATFORM_ADMIN } from '../support/app.ts';
import { Wire } from '../support/wire.ts';

const TRUSTED = 'query Mine { viewer { id } }';
const FOLLOWED = 'subscription Mine { viewerPermissionsChanged { permissions } }';
const STRANGE = 'query Strange { viewer { id } }';

const folder = mkdtempSync(path.join(tmpdir(), 'trusted-documents-'));

function fileOf(content: unknown): string {
  const file = path.join(folder, `${crypto.randomUUID()}.json`);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const byHash = (...texts: string[]) => Object.fromEntries(texts.map((text) => [hashOfDocument(text), text]));

const SIGN_IN =
  'mutation SignIn($input: SignInInput!) { signIn(input: $input) { accessToken viewer { id } } }';

const app = await anApp({
  TRUSTED_DOCUMENTS: fileOf(byHash(SIGN_IN, TRUSTED, FOLLOWED)),
  TRUSTED_DOCUMENTS_ONLY: '1',
});
afterAll(() => app.stop());

async function send(body: object, token?: string) {
  const answer = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  return answer.json();
}

const { email, password } = PLATFORM_ADMIN;
const { signIn } = (await send({ query: SIGN_IN, variables: { input: { email, password } } })).data;
const token: string = signIn.accessToken;

const REFUSED = { errors: [{ extensions: { code: 'FORBIDDEN', rule: 'DOCUMENT_CLOSED' } }] };
const ANSWERED = { data: { viewer: { id: signIn.viewer.id } } };

test.each([
  ['no JSON', '{', 'cannot be read'],
  ['a list', [TRUSTED], 'must be a JSON object'],
  ['a text under the hash of another one', { [hashOfDocument(STRANGE)]: TRUSTED }, 'is not the SHA-256'],
  ['a number', { [hashOfDocument(TRUSTED)]: 7 }, 'is not the SHA-256'],
])('a file with %s is refused at the start', (_what, content, reason) => {
  expect(() => readTrustedDocuments(fileOf(content))).toThrow(reason);
});

test('a document that is not in the file is refused over HTTP and sockets, also when it differs in a space', async () => {
  for (const query of [STRANGE, `${TRUSTED} `, '{ __schema { queryType { name } } }', '{']) {
    expect(await send({ query }, token)).toMatchObject(REFUSED);
  }
  const wire = await Wire.signedIn(app.url, token);
  wire.subscribe('1', STRANGE);
  expect(await wire.next()).toMatchObject({ id: '1', type: 'error', payload: REFUSED.errors });
  await wire.close();
});

test('a document of the file is executed, by its text, by its hash alone, and as a subscription', async () => {
  expect(await send({ query: TRUSTED }, token)).toEqual(ANSWERED);
  const persistedQuery = { version: 1, sha256Hash: hashOfDocument(TRUSTED) };
  expect(await send({ extensions: { persistedQuery } }, token)).toEqual(ANSWERED);
  const wire = await Wire.signedIn(app.url, token);
  wire.subscribe('1', FOLLOWED);
  wire.subscribe('2', TRUSTED);
  expect(await wire.next()).toMatchObject({ id: '2', type: 'next', payload: ANSWERED });
  await wire.close();
});

test('an export is no document of its client: it is served', async () => {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${app.url}/exports/list?list=tenants&columns=name`, { headers });
  expect([answer.status, await answer.text()]).toEqual([200, 'name\n']);
});
