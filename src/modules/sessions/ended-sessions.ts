import type { Clock } from '../../core/process/clock.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';

/**
 * Deletes sessions that have run out, with their refresh tokens. Revoked ones stay until then, so that a stolen
 * token is still recognised; that they were revoked stays in the change log.
 */
export async function forgetEndedSessions(prisma: PrismaClient, clock: Clock): Promise<void> {
  await prisma.session.deleteMany({ where: { expiresAt: { lt: clock.now() } } });
}
