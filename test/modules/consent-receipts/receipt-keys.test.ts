import { createPublicKey, verify } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { systemActor } from '../../../src/core/rows/actor.ts';
import { createFirstReceiptKey } from '../../../src/modules/consent-receipts/first-receipt-key.ts';
import { publishedKeys } from '../../../src/modules/consent-receipts/published-keys.ts';
import { makeKey, openKey } from '../../../src/modules/consent-receipts/receipt-key.ts';
import { signReceipt } from '../../../src/modules/consent-receipts/signing-key.ts';
import { AesSecretCipher } from '../../../src/modules/sessions/second-factor/aes-secret-cipher.ts';
import { anOpenDatabase, type OpenDatabase } from '../../support/open-database.ts';
import { partsOf } from '../../support/receipt-verifier.ts';

const cipherOf = (letter: string) => new AesSecretCipher(Buffer.alloc(32, letter));
const cipher = cipherOf('a');
const CONTENT = { receipt_id: 'r-1' };
const NONE_YET = /No key for receipts can be opened/;

let database: OpenDatabase;

beforeEach(async () => {
  database = await anOpenDatabase();
});
afterEach(() => database.drop());

const start = (by = cipher) => createFirstReceiptKey({ ...database, cipher: by });
const kids = async () => (await publishedKeys(database.prisma)).keys.map(({ kid }) => kid);
const signed = async (by = cipher) => signReceipt(database.prisma, by, CONTENT);

/** Adds a key that signs so many milliseconds from now, and gives its id. */
async function addKey(inMs: number, by = cipher): Promise<string> {
  const data = await makeKey(by);
  const origin = { actor: systemActor('a test'), requestId: null, ip: null };
  const { value } = await database.transactions.of(origin)(async (tx) => {
    const now = await tx.now();
    const signsFrom = new Date(now.getTime() + inMs);
    return tx.db.receiptKey.create({ data: { ...data, signsFrom, createdAt: now } });
  });
  return value.id;
}

test('of nodes that start together on an empty database one creates the key, and a later start adds none', async () => {
  await Promise.all([start(), start(), start()]);
  const [kid] = await kids();
  await start();
  expect(await kids()).toEqual([kid]);
  expect(partsOf(await signed()).header.kid).toBe(kid);
});

test('the latest key whose time has come signs, and one that waits is published and does not sign', async () => {
  const old = await addKey(-2_000);
  const present = await addKey(-1_000);
  const next = await addKey(600_000);
  expect(await kids()).toEqual([next, present, old]);
  expect(partsOf(await signed()).header.kid).toBe(present);
});

test('after a change of JWT_SECRET the start adds a key, and the public key of the old one stays', async () => {
  await start();
  const [old] = await kids();
  const other = cipherOf('b');
  await expect(signed(other)).rejects.toThrow(NONE_YET);
  await start(other);
  const header = partsOf(await signed(other)).header;
  expect(await kids()).toEqual([header.kid, old]);
  // A node that still has the secret from before finds its own key.
  expect(partsOf(await signed()).header.kid).toBe(old);
});

test('what is signed is verified with the published key alone', async () => {
  await start();
  const { head, payload, signature } = partsOf(await signed());
  const [jwk = {}] = (await publishedKeys(database.prisma)).keys;
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const input = Buffer.from(`${head}.${payload}`);
  expect(verify(null, input, key, Buffer.from(signature, 'base64url'))).toBe(true);
  expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toEqual(CONTENT);
});

test('a private key is sealed for its row: neither the database nor another row gives it away', async () => {
  const [one, other] = [await makeKey(cipher), await makeKey(cipher)];
  const key = await openKey(cipher, one);
  expect(key).not.toBeNull();
  expect(await openKey(cipher, { ...other, sealedPrivateKey: one.sealedPrivateKey })).toBeNull();
  expect(await openKey(cipherOf('b'), one)).toBeNull();
  const secret = Buffer.from(cipher.decrypt(one.sealedPrivateKey, one.id));
  expect(secret).toHaveLength(32);
  expect(Buffer.from(one.sealedPrivateKey).includes(secret)).toBe(false);
  await database.prisma.receiptKey.create({ data: { ...one, signsFrom: new Date(), createdAt: new Date() } });
  const published = JSON.stringify(await publishedKeys(database.prisma));
  for (const form of ['base64url', 'base64', 'hex'] as const)
    expect(published).not.toContain(secret.toString(form));
});
