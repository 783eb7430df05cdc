import { createHash, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { partsOf, verdictOn } from '../support/receipt-verifier.ts';

const TYPE = 'consent-receipt+jws';
const CONTENT = { receipt_id: 'r-1', record: { event: { event_state: 'GRANTED' } } };

interface Signer {
  readonly privateKey: KeyObject;
  readonly jwk: Record<string, string>;
}

function aSigner(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { crv, kty, x } = publicKey.export({ format: 'jwk' });
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
  return { privateKey, jwk: { crv: crv ?? '', kty: kty ?? '', x: x ?? '', kid, alg: 'EdDSA', use: 'sig' } };
}

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Makes a JWS with any header and any way to sign. */
function aJws(header: object, signature: (input: Buffer) => Buffer): string {
  const input = `${encoded(header)}.${encoded(CONTENT)}`;
  return `${input}.${signature(Buffer.from(input)).toString('base64url')}`;
}

function receiptOf({ privateKey, jwk }: Signer, more: object = {}): string {
  const header = { alg: 'EdDSA', kid: jwk.kid, typ: TYPE, ...more };
  return aJws(header, (input) => sign(null, input, privateKey));
}

const signer = aSigner();
const published = { keys: [aSigner().jwk, signer.jwk] };
const refusalOf = async (jws: string, keys: object = published) => (await verdictOn(jws, keys)).refusal;

test('a receipt that was signed with a published key is verified and printed', async () => {
  expect(await verdictOn(receiptOf(signer), published)).toEqual({ content: CONTENT, refusal: '' });
});

test('a receipt in which one character was changed is refused, wherever it is', async () => {
  const jws = receiptOf(signer);
  const { head, payload } = partsOf(jws);
  const changed = (at: number) => {
    const other = jws[at] === 'A' ? 'B' : 'A';
    return `${jws.slice(0, at)}${other}${jws.slice(at + 1)}`;
  };
  const inSignature = head.length + payload.length + 2;
  const places = [4, head.length + 4, head.length + payload.length - 3, inSignature, inSignature + 40];
  for (const at of places) expect(await refusalOf(changed(at))).toMatch(/^Not verified: /);
});

test('another spelling of the same signature is refused, too', async () => {
  const jws = receiptOf(signer);
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  // Of the last character two bits are unused: a lenient decoder takes four characters for the same byte.
  const twin = letters[letters.indexOf(jws.at(-1) ?? '') ^ 1] ?? '';
  const respelt = `${jws.slice(0, -1)}${twin}`;
  const bytes = (text: string) => Buffer.from(partsOf(text).signature, 'base64url');
  expect(bytes(respelt)).toEqual(bytes(jws));
  expect(await refusalOf(respelt)).toMatch(/base64url/);
});

test('a receipt of a key that is not published is refused, and one of a key under the id of another', async () => {
  const stranger = aSigner();
  expect(await refusalOf(receiptOf(stranger))).toMatch(/is not published/);
  const swapped = { keys: [{ ...stranger.jwk, kid: signer.jwk.kid }] };
  const asSigner = { ...stranger, jwk: { ...stranger.jwk, kid: signer.jwk.kid ?? '' } };
  expect(await refusalOf(receiptOf(asSigner), swapped)).toMatch(/is not what its id says/);
  expect(await refusalOf(receiptOf(asSigner))).toMatch(/the signature does not match/);
});

test('a receipt that says how it is to be verified is refused: without a signature, or with the public key as a password', async () => {
  const { kid, x } = signer.jwk;
  const unsigned = aJws({ alg: 'none', kid, typ: TYPE }, () => Buffer.alloc(0));
  expect(await refusalOf(unsigned)).toMatch(/signed with none/);
  const password = Buffer.from(x ?? '', 'base64url');
  const hs256 = (input: Buffer) => createHmac('sha256', password).update(input).digest();
  expect(await refusalOf(aJws({ alg: 'HS256', kid, typ: TYPE }, hs256))).toMatch(/signed with HS256/);
  expect(await refusalOf(aJws({ alg: 'EdDSA', kid, typ: TYPE }, hs256))).not.toBe('');
});

test('what the same key signed as something else is no receipt', async () => {
  expect(await refusalOf(receiptOf(signer, { typ: 'JWT' }))).toMatch(/no receipt/);
  expect(await refusalOf(receiptOf(signer, { crit: ['b64'], b64: false }))).toMatch(/no receipt/);
  expect(await refusalOf(`${receiptOf(signer)}.x`)).toMatch(/no?t? a compact JWS/);
});
