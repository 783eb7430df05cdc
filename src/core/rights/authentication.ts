import { UserErrors, userError } from '../requests/errors.ts';
import type { Fault } from '../requests/fault.ts';

/** The dependencies of signing in, except the database. */
export interface Authentication {
  readonly accessTokens: AccessTokenIssuer;
  readonly refreshTokens: RefreshTokenIssuer;
  readonly throttle: GuessThrottle;
  /** Keeps the secrets of authenticators. */
  readonly secondFactors: SecretCipher;
  readonly passwords: PasswordHasher;
  /** The outside issuers whose tokens are accepted. */
  readonly acceptedIssuers: readonly AcceptedIssuer[];
}

/** An outside issuer, and the client for which its tokens are issued. */
export interface AcceptedIssuer {
  readonly issuer: string;
  readonly clientId: string;
}

/** Issues the access tokens that requests carry. */
export interface AccessTokenIssuer {
  /** Makes a token for a session; with the end of the session it does not outlast it. */
  issue(session: {
    readonly userId: string;
    readonly sessionId: string;
    readonly endsAt?: Date;
  }): Promise<AccessToken>;
}

export interface AccessToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/** Issues and reads the tokens that renew a session. Those of a session are numbered. */
export interface RefreshTokenIssuer {
  issue(token: NumberedToken): string;
  /** Reads a token; null for one that this server did not issue. */
  read(token: string): NumberedToken | null;
}

export interface NumberedToken {
  readonly sessionId: string;
  readonly number: number;
}

/** Hashes and checks passwords, a few at a time: each costs memory and milliseconds of a processor. */
export interface PasswordHasher {
  /**
   * Hashes a password slowly and with a salt of its own; the only form in which a password is stored. Throws
   * RATE_LIMITED if too many passwords wait already.
   */
  hash(password: string, ip: string | null): Promise<string>;
  /**
   * Tells whether a password is the one that was hashed. Without a hash it answers no and takes as long, so that the
   * time does not tell which e-mail addresses are known. Throws RATE_LIMITED if too many passwords wait already.
   */
  verify(passwordHash: string | null, password: string, ip: string | null): Promise<boolean>;
}

/**
 * An attempt to guess the password of an account, or the code of its authenticator; or to find out whether an address has an
 * account where the viewer sees no users. Of the last kind `account` is the level from which it comes.
 */
export interface Guess {
  readonly kind: 'PASSWORD' | 'CODE' | 'ADDRESS';
  readonly account: string;
  readonly ip: string | null;
}

/** Slows down clients that guess passwords or codes. */
export interface GuessThrottle {
  /**
   * Runs `check`, and counts it as a failure if it throws a `WrongGuess`. Throws RATE_LIMITED, without running it, for as
   * long as earlier failures make the client wait. Guesses of one client at one account take turns.
   */
  guess<Value>(guess: Guess, check: () => Promise<Value>): Promise<Value>;
  /** Counts a request that sends an e-mail to an address; throws RATE_LIMITED after too many from one network. */
  ask(ip: string | null): Promise<void>;
}

/** Refuses a wrong password or code, or an address that is taken elsewhere: the throttle counts it. */
export class WrongGuess extends UserErrors {
  constructor(fault: Fault<'INVALID_INPUT' | 'ALREADY_EXISTS'>, ...path: string[]) {
    super([userError(fault, path)]);
  }
}

/** Encrypts secrets that must be read again, so that a copy of the database alone reveals none of them. */
export interface SecretCipher {
  /** Encrypts a secret for one owner, never the same way twice. */
  encrypt(secret: Uint8Array, ownerId: string): Uint8Array<ArrayBuffer>;
  /** Decrypts what was encrypted for this owner; throws for anything else, even if a single bit differs. */
  decrypt(encrypted: Uint8Array, ownerId: string): Uint8Array;
}

/** The ciphers that have nothing to do with signing in, each with a key of its own. */
export interface Ciphers {
  /** Keeps the private keys that sign receipts. */
  readonly receiptKeys: SecretCipher;
  /** Seals the links to the exports of persons. */
  readonly exportLinks: SecretCipher;
  /** Seals the tickets that open event streams. */
  readonly streamTickets: SecretCipher;
  /** Keeps the secrets of the configuration. */
  readonly configSecrets: SecretCipher;
  /** Keeps the secrets of e-mails that wait. */
  readonly mailSecrets: SecretCipher;
  /** Keeps the secrets that sign webhooks. */
  readonly webhookSecrets: SecretCipher;
}
