import type { Viewer } from './viewer.ts';

/** What a verified token says: who, until when. Nothing about rights, which are always read anew. */
export interface Credentials {
  readonly userId: string;
  /** The session the token belongs to; null for tokens of an outside issuer. */
  readonly sessionId: string | null;
  readonly expiresAt: Date;
}

/** Tells who is asking. */
export interface Identity {
  /** Checks a token's signature, issuer, audience and time; throws UNAUTHENTICATED for any that will not do. */
  verify(token: string): Promise<Credentials>;
  /**
   * Reads the viewer as the database has it now; null if the user, the session or the tenant may no longer act.
   */
  viewer(who: Omit<Credentials, 'expiresAt'>): Promise<Viewer | null>;
}
