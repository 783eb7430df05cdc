import { randomBytes } from 'node:crypto';
import type { Origin } from '../../changes/recording.ts';
import type { Transactions } from '../../changes/transactions.ts';
import type { FirstAdmin } from '../../config/config.ts';
import { systemActor } from '../../core/rows/actor.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { userEntity } from './users.changes.ts';

/** The dependencies of `createFirstAdmin`. */
export interface FirstAdminParts {
  /** The account that the configuration asks for. */
  readonly admin: FirstAdmin | undefined;
  readonly prisma: PrismaClient;
  readonly transactions: Transactions;
  hashPassword(password: string): Promise<string>;
}

const ORIGIN: Origin = {
  actor: systemActor('first start'),
  requestId: null,
  ip: null,
};
const EMAIL = 'admin@lockstep.local';
const PASSWORD_BYTES = 18;

/**
 * Creates an administrator of the platform if the database has no user at all, so that one user can sign in. Answers
 * the account if its password was generated here: that is the only time it can be shown.
 *
 * Of several nodes that start together, one creates the account and the others find it.
 */
export async function createFirstAdmin(parts: FirstAdminParts): Promise<FirstAdmin | null> {
  const { admin, prisma, transactions, hashPassword } = parts;
  if (await hasUsers(prisma)) return null;
  const { email, password } = admin ?? generatedAccount();
  const passwordHash = await hashPassword(password);
  const { value: isCreated } = await transactions.of(ORIGIN)(async (tx) => {
    await tx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('lockstep first admin'))`;
    if (await hasUsers(tx.db)) return false;
    const credential = { create: { passwordHash } };
    const data = { name: 'Administrator', email, role: 'PLATFORM_ADMIN', credential } as const;
    tx.created(userEntity, await tx.db.user.create({ data }));
    return true;
  });
  return isCreated && !admin ? { email, password } : null;
}

async function hasUsers(db: Pick<PrismaClient, 'user'>): Promise<boolean> {
  return (await db.user.findFirst({ select: { id: true } })) !== null;
}

function generatedAccount(): FirstAdmin {
  return { email: EMAIL, password: randomBytes(PASSWORD_BYTES).toString('base64url') };
}
