import type { SessionRenewal } from '../../generated/prisma/client.ts';

/** The state of a session's refresh tokens. */
export type Renewal = Pick<SessionRenewal, 'newest' | 'exchanged' | 'renewedAt'>;

/** The time in which two tabs that renew together, or a client that repeats its request, get the same answer. */
const GRACE_MS = 30_000;

/**
 * Decides what a refresh token of a session leads to: the next state, whose newest token is the answer; or null if the
 * token was copied.
 *
 * The newest token is exchanged for the next one. The token before it is good for as long as the newest one was not
 * used: within the grace for the same answer again, later for another one, which withdraws the answer that must have
 * been lost. If that was not lost, its holder presents it in the end, and it is found to be copied.
 */
export function renewed(renewal: Renewal, presented: number, now: Date): Renewal | null {
  const { newest, exchanged, renewedAt } = renewal;
  if (presented === newest) return { newest: newest + 1, exchanged: newest, renewedAt: now };
  if (presented !== exchanged) return null;
  if (now.getTime() - renewedAt.getTime() < GRACE_MS) return renewal;
  return { newest: newest + 1, exchanged, renewedAt: now };
}
