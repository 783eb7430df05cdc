import { CompactSign } from 'jose';
import type { SecretCipher } from '../../core/rights/authentication.ts';
import type { Prisma, ReceiptKey } from '../../generated/prisma/client.ts';
import { ALGORITHM, openKey } from './receipt-key.ts';

/** The type in the header of a receipt, so that nothing else that is ever signed can pass for one. */
const TYPE = 'consent-receipt+jws';

type Db = Pick<Prisma.TransactionClient, '$queryRaw'>;

/**
 * Signs the content of a receipt, as a compact JWS, with the key whose turn it is by the database's clock. Throws if this
 * node can open no key, because its JWT_SECRET was changed since the start.
 */
export async function signReceipt(db: Db, cipher: SecretCipher, content: object): Promise<string> {
  const signing = await findSigningKey(db, cipher);
  if (!signing) throw new Error('No key for receipts can be opened with this JWT_SECRET.');
  return new CompactSign(Buffer.from(JSON.stringify(content)))
    .setProtectedHeader({ alg: ALGORITHM, kid: signing.id, typ: TYPE })
    .sign(signing.key);
}

/** Finds the key that signs now: the latest whose time has come and that this node can open. Null if there is none. */
export async function findSigningKey(db: Db, cipher: SecretCipher) {
  const keys = await db.$queryRaw<Pick<ReceiptKey, 'id' | 'publicKey' | 'sealedPrivateKey'>[]>`
    SELECT id, public_key AS "publicKey", sealed_private_key AS "sealedPrivateKey" FROM receipt_key
    WHERE signs_from <= clock_timestamp() ORDER BY signs_from DESC, id DESC`;
  for (const row of keys) {
    const key = await openKey(cipher, row);
    if (key) return { id: row.id, key };
  }
  return null;
}
