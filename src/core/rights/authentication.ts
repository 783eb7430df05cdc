/** The dependencies of signing in, except the database. */
export interface Authentication {
  readonly accessTokens: AccessTokenIssuer;
  readonly throttle: SignInThrottle;
  /** Keeps the secrets of authenticators. */
  readonly secondFactors: SecretCipher;
  /** Hashes a password slowly and with a salt of its own; the only form in which a password is stored. */
  hashPassword(password: string): Promise<string>;
}

/** Issues the access tokens that requests carry. */
export interface AccessTokenIssuer {
  issue(session: { readonly userId: string; readonly sessionId: string }): Promise<AccessToken>;
}

export interface AccessToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/** Slows down clients that guess passwords or codes. */
export interface SignInThrottle {
  /**
   * Counts an attempt before its password or code is checked, so that simultaneous attempts are all counted. Throws
   * RATE_LIMITED when the account or the address has failed too often.
   */
  attempt(account: string, ip: string | null): Promise<void>;
  /** Takes back an attempt that turned out to be right, and all failures of the account before it. */
  succeeded(account: string, ip: string | null): Promise<void>;
  /** Takes back an attempt that was neither right nor wrong, and nothing before it. */
  takeBack(account: string, ip: string | null): Promise<void>;
}

/** Encrypts secrets that must be read again, so that a copy of the database alone reveals none of them. */
export interface SecretCipher {
  /** Encrypts a secret for one owner, never the same way twice. */
  encrypt(secret: Uint8Array, ownerId: string): Uint8Array<ArrayBuffer>;
  /** Decrypts what was encrypted for this owner; throws for anything else, even if a single bit differs. */
  decrypt(encrypted: Uint8Array, ownerId: string): Uint8Array;
}
