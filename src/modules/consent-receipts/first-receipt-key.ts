import type { SecretCipher } from '../../core/rights/authentication.ts';
import { systemActor } from '../../core/rows/actor.ts';
import type { Transact } from '../../core/rows/transact.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { lockReceiptKeys } from './lock-receipt-keys.ts';
import { makeKey } from './receipt-key.ts';
import { findSigningKey } from './signing-key.ts';

/** The dependencies of the first key. */
interface FirstKeyParts {
  readonly prisma: PrismaClient;
  readonly transactions: { of(origin: object): Transact };
  readonly cipher: SecretCipher;
}

/**
 * Creates a key that signs immediately, if this node can open none: in an empty database, and after a change of
 * JWT_SECRET. Of several nodes that start together, one creates it and the others find it.
 */
export async function createFirstReceiptKey({ prisma, transactions, cipher }: FirstKeyParts): Promise<void> {
  if (await findSigningKey(prisma, cipher)) return;
  const origin = { actor: systemActor('start'), requestId: null, ip: null };
  await transactions.of(origin)(async (tx) => {
    await lockReceiptKeys(tx.db);
    if (await findSigningKey(tx.db, cipher)) return;
    const now = await tx.now();
    await tx.db.receiptKey.create({ data: { ...(await makeKey(cipher)), signsFrom: now, createdAt: now } });
  });
}
