import type { PrismaClient } from '../../generated/prisma/client.ts';
import { publicJwk } from './receipt-key.ts';

/** Reads the public key of every key that ever signed or will, the latest first, as a JWK set. No private key is read. */
export async function publishedKeys({ receiptKey }: Pick<PrismaClient, 'receiptKey'>) {
  const keys = await receiptKey.findMany({
    select: { id: true, publicKey: true },
    orderBy: [{ signsFrom: 'desc' }, { id: 'desc' }],
  });
  return { keys: keys.map(publicJwk) };
}
