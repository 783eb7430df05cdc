// Verifies a receipt of a consent with nothing but the published keys: it needs no server, no account and no package.
//
//   node examples/verify-receipt.mjs <file of the receipt> <file or URL of the keys>
//
// It prints what the receipt says and exits with 0, or prints what is wrong with it and exits with 1.

import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';

const TYPE = 'consent-receipt+jws';

try {
  const [receipt, keys] = process.argv.slice(2);
  if (!receipt || !keys) throw new Error('Give the file of a receipt, and the file or the URL of the keys.');
  const jws = (await readFile(receipt, 'utf8')).trim();
  console.log(JSON.stringify(contentOf(jws, await keysAt(keys)), null, 2));
} catch (error) {
  console.error(`Not verified: ${error.message}`);
  process.exitCode = 1;
}

async function keysAt(source) {
  const text = /^https?:/.test(source) ? await (await fetch(source)).text() : await readFile(source, 'utf8');
  return JSON.parse(text).keys;
}

/** Returns what a receipt says; throws if it was not signed, exactly as it is, with one of the keys. */
function contentOf(jws, keys) {
  const parts = jws.split('.');
  if (parts.length !== 3) throw new Error('it is not a compact JWS.');
  const [header, payload, signature] = parts.map(decoded);
  const { alg, typ, kid, crit } = JSON.parse(header.toString());
  // The receipt does not choose how it is verified: "none", or a key taken for a password, would let anyone sign.
  if (alg !== 'EdDSA') throw new Error(`it is signed with ${alg}, not with EdDSA.`);
  if (typ !== TYPE || crit !== undefined) throw new Error('it is no receipt of a consent.');
  const key = publicKey(keys, kid);
  const isSigned = verify(null, Buffer.from(`${parts[0]}.${parts[1]}`), key, signature);
  if (!isSigned) throw new Error('the signature does not match: it was changed, or another key signed it.');
  return JSON.parse(payload.toString());
}

/** Decodes base64url, and refuses every other spelling of the same bytes. */
function decoded(part) {
  const bytes = Buffer.from(part, 'base64url');
  if (bytes.toString('base64url') !== part) throw new Error('it is not in base64url.');
  return bytes;
}

/** Finds the key of a receipt. Its id is its thumbprint (RFC 7638), so no other key can stand under it. */
function publicKey(keys, kid) {
  const jwk = keys.find((key) => key.kid === kid);
  if (!jwk) throw new Error(`the key ${kid} is not published.`);
  const { kty, crv, x } = jwk;
  const thumbprint = createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
  if (kty !== 'OKP' || crv !== 'Ed25519' || thumbprint !== kid)
    throw new Error(`the key ${kid} is not what its id says.`);
  return createPublicKey({ key: { kty, crv, x }, format: 'jwk' });
}
