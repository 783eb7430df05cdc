/** The failures of one counter in the current window. */
export interface Failures {
  readonly count: number;
  /** The time of the last one, in milliseconds since 1970. */
  readonly lastAt: number;
  /** The end of the window that the first one opened. */
  readonly until: number;
}

/** After how many failures a client has to wait, and after how many it is shut out until the window ends. */
export interface Allowance {
  readonly free: number;
  readonly shutOutAt: number;
}

/** The time for which a failure counts. */
export const WINDOW_MS = 15 * 60_000;

export const ONE_PAIR: Allowance = { free: 5, shutOutAt: 20 };
export const ONE_CODE: Allowance = { free: 5, shutOutAt: 10 };
/** The users of one level who learn that an address is taken elsewhere: few mistype, and a list of addresses takes years. */
export const ONE_LEVEL: Allowance = { free: 5, shutOutAt: 20 };
// An owner who signs in from somewhere new shares these two with strangers, so they slow down and never shut out.
export const ONE_ACCOUNT: Allowance = { free: 100, shutOutAt: Number.POSITIVE_INFINITY };
export const ONE_NETWORK: Allowance = { free: 50, shutOutAt: Number.POSITIVE_INFINITY };
/** The requests of one network that send an e-mail: each is a row, also for an address that is not known. */
export const ONE_ASKER: Allowance = { free: 100, shutOutAt: Number.POSITIVE_INFINITY };

const LONGEST_PAUSE_MS = 60_000;

/**
 * The time until the next attempt: none within the allowance, then a pause that doubles from one second to a minute with
 * each failure, and in the end the rest of the window.
 */
export function waitMs(failures: Failures | undefined, { free, shutOutAt }: Allowance, now: number): number {
  if (!failures || failures.until <= now || failures.count < free) return 0;
  if (failures.count >= shutOutAt) return failures.until - now;
  const pauseMs = Math.min(1_000 * 2 ** (failures.count - free), LONGEST_PAUSE_MS);
  return Math.max(failures.lastAt + pauseMs - now, 0);
}
