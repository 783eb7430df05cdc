/** What signing in needs beside the database. */
export interface Signing {
  readonly accessTokens: AccessTokenIssuer;
  readonly throttle: SignInThrottle;
  /** Hashes a password slowly and with a salt of its own; the only form in which a password is stored. */
  hashPassword(password: string): Promise<string>;
}

/** Makes the tokens that requests carry. */
export interface AccessTokenIssuer {
  issue(session: { readonly userId: string; readonly sessionId: string }): Promise<AccessToken>;
}

export interface AccessToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/** Slows down whoever guesses passwords. */
export interface SignInThrottle {
  /**
   * Counts an attempt before its password is looked at, so that attempts made at once are all counted. Throws
   * RATE_LIMITED when the account or the address has failed too often.
   */
  attempt(account: string, ip: string | null): Promise<void>;
  /** Takes back an attempt that turned out to be right. */
  succeeded(account: string, ip: string | null): Promise<void>;
}
