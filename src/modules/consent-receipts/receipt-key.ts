import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK } from 'jose';
import type { SecretCipher } from '../../core/rights/authentication.ts';
import type { ReceiptKey } from '../../generated/prisma/client.ts';

/** The algorithm of receipts: EdDSA with Ed25519. */
export const ALGORITHM = 'EdDSA';
const CURVE = { kty: 'OKP', crv: 'Ed25519' } as const;

/** A key pair as its row has it. */
export type SealedKey = Pick<ReceiptKey, 'id' | 'publicKey' | 'sealedPrivateKey'>;

/** Makes a key pair and seals its private key for its row. */
export async function makeKey(cipher: SecretCipher): Promise<SealedKey> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { crv: CURVE.crv, extractable: true });
  const { x = '', d = '' } = await exportJWK(privateKey);
  const id = await calculateJwkThumbprint({ ...CURVE, x });
  return { id, publicKey: x, sealedPrivateKey: cipher.encrypt(Buffer.from(d, 'base64url'), id) };
}

/** Opens a private key; null if it was sealed under another JWT_SECRET. */
export async function openKey(cipher: SecretCipher, { id, publicKey, sealedPrivateKey }: SealedKey) {
  const secret = opened(cipher, id, sealedPrivateKey);
  if (secret === null) return null;
  return importJWK({ ...CURVE, x: publicKey, d: Buffer.from(secret).toString('base64url') }, ALGORITHM);
}

/** The public part of a key, as a JWK. */
export function publicJwk({ id, publicKey }: Pick<SealedKey, 'id' | 'publicKey'>) {
  return { ...CURVE, x: publicKey, kid: id, alg: ALGORITHM, use: 'sig' };
}

function opened(cipher: SecretCipher, id: string, secret: Uint8Array): Uint8Array | null {
  try {
    return cipher.decrypt(secret, id);
  } catch {
    return null;
  }
}
