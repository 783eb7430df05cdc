import { StartError } from '../core/process/start-error.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { DEMO_DOMAIN, DEMO_PASSWORD } from '../modules/users/people.demo.ts';

/** The dependencies of `refuseExposedAccounts`. */
export interface ExposedAccountsParts {
  readonly prisma: PrismaClient;
  verifyPassword(passwordHash: string, password: string): Promise<boolean>;
}

/**
 * Throws StartError if demo accounts still have their public password. Called before the server listens on an address
 * that other machines can reach: the data may have been loaded by a start on a loopback address.
 */
export async function refuseExposedAccounts({ prisma, verifyPassword }: ExposedAccountsParts): Promise<void> {
  // Only accounts of one load share a hash. One that a user makes has a salt of its own: it counts as no demo account,
  // whatever its address and its password are, or the administrator of a tenant could keep the server from starting.
  const found = await prisma.credential.groupBy({
    by: ['passwordHash'],
    where: { user: { email: { endsWith: DEMO_DOMAIN } } },
    having: { passwordHash: { _count: { gt: 1 } } },
  });
  for (const { passwordHash } of found) {
    if (await verifyPassword(passwordHash, DEMO_PASSWORD)) {
      throw new StartError(
        'DEMO_PUBLIC must be 1 when HOST is not a loopback address and the database has demo accounts with their public password: any client of the server could sign in with it. Or delete these accounts, or change their passwords.',
      );
    }
  }
}
