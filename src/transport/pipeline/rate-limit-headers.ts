import type { RateLimiterRes } from 'rate-limiter-flexible';

export const RATE_LIMIT_HEADER = 'ratelimit';
export const RATE_LIMIT_POLICY_HEADER = 'ratelimit-policy';

/** A number of requests in a time. */
export interface RatePolicy {
  readonly requests: number;
  readonly seconds: number;
}

/**
 * Says how many requests a client has left, and in how many seconds it has all of them again, in the fields of
 * draft-ietf-httpapi-ratelimit-headers-10.
 */
export function setRateLimitHeaders(headers: Headers, policy: RatePolicy, count: RateLimiterRes): void {
  const resetS = Math.ceil(count.msBeforeNext / 1_000);
  headers.set(RATE_LIMIT_POLICY_HEADER, `"requests";q=${policy.requests};w=${policy.seconds}`);
  headers.set(RATE_LIMIT_HEADER, `"requests";r=${Math.max(0, count.remainingPoints)};t=${resetS}`);
}
