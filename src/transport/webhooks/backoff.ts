/** The pauses after failed attempts, as Standard Webhooks 1.0 recommends: ten attempts in three days. */
const PAUSES_S = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/** So much longer a pause may be, so that deliveries which failed together are not tried together. */
const JITTER = 0.2;
const MAX_ASKED_S = 86_400;

/** The number of attempts after which a delivery is given up. */
export const MAX_ATTEMPTS = PAUSES_S.length + 1;

/** The pause after a failed attempt, in seconds; null after the last one. It is never shorter than the endpoint has asked. */
export function pauseAfter(attempt: number, askedS: number, random = Math.random): number | null {
  const pause = PAUSES_S[attempt - 1];
  return pause === undefined ? null : Math.max(pause, askedS) * (1 + JITTER * random());
}

/** The seconds that an endpoint asks for with `Retry-After`: 0 for none, for nonsense and for the past; a day at most. */
export function askedPause(retryAfter: string | undefined, now: Date): number {
  if (retryAfter === undefined) return 0;
  const text = retryAfter.trim();
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - now.getTime()) / 1_000;
  return Number.isFinite(seconds) && !/^[-+.]/.test(text) ? Math.min(Math.max(seconds, 0), MAX_ASKED_S) : 0;
}
