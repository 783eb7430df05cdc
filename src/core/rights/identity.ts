import type { Viewer } from './viewer.ts';

/**
 * The content of a verified token: the user, and the end of its validity. It contains no rights, which are always read
 * again.
 */
export interface Credentials {
  readonly userId: string;
  /** The session that the token belongs to; null for tokens of an external issuer. */
  readonly sessionId: string | null;
  readonly expiresAt: Date;
  /** The sign-in, as an external issuer describes it; absent for tokens of our own. */
  readonly outside?: OutsideSignIn | undefined;
}

/** A sign-in at an external issuer. */
export interface OutsideSignIn {
  readonly issuer: string;
  /** The audience of the token. */
  readonly clientId: string;
  /** The time of the sign-in or, if the token does not tell, of the token. Null: it tells neither. */
  readonly authenticatedAt: Date | null;
  readonly hasSecondFactor: boolean;
}

/** Identifies the viewer of a request. */
export interface Identity {
  /** Checks the signature, issuer, audience and validity of a token; throws UNAUTHENTICATED if one of them is wrong. */
  verify(token: string): Promise<Credentials>;
  /** Reads the viewer from the database; null if the user, the session or the tenant may no longer act. */
  viewer(who: Who): Promise<Viewer | null>;
  /** Like `viewer`, and reads the end of the viewer's sign-in. */
  acting(who: Who): Promise<ActingViewer | null>;
}

/** The part of credentials that says who asks. */
export type Who = Omit<Credentials, 'expiresAt'>;

/** A viewer, and the time at which its sign-in ends if nothing renews it before. */
export interface ActingViewer {
  readonly viewer: Viewer;
  readonly endsAt: Date;
}
