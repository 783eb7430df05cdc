// The longest delay that a timer of Node accepts. A token that lives longer is checked again after it.
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Calls back when the token or the sign-in of a connection ends. */
export class TokenExpiry {
  readonly #onExpired: () => void;
  #timer: NodeJS.Timeout | null = null;

  constructor(onExpired: () => void) {
    this.#onExpired = onExpired;
  }

  /** Waits for this time instead of an earlier one. */
  watch(expiresAt: Date): void {
    this.stop();
    const delay = Math.min(Math.max(expiresAt.getTime() - Date.now(), 0), MAX_DELAY_MS);
    this.#timer = setTimeout(() => {
      if (Date.now() >= expiresAt.getTime()) this.#onExpired();
      else this.watch(expiresAt);
    }, delay).unref();
  }

  /** Does not call back any more. */
  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
