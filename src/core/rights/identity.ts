import type { Viewer } from './viewer.ts';

/**
 * The content of a verified token: the user, and the end of its validity. It contains no rights, which are always read
 * again.
 */
export interface Credentials {
  readonly userId: string;
  /** The session that the token belongs to, or the API token that it is; null for tokens of an external issuer. */
  readonly sessionId: string | null;
  /** The number of the secret of an API token. Absent: the token is asked for, and none of its secrets was sent. */
  readonly secretNumber?: number | undefined;
  readonly expiresAt: Date;
  /** The sign-in, as an external issuer describes it; absent for tokens of our own. */
  readonly outside?: OutsideSignIn | undefined;
}

/** A sign-in at an external issuer. */
export interface OutsideSignIn {
  readonly issuer: string;
  readonly subject: string;
  /** The session of the issuer. Null: the token names none. */
  readonly sid: string | null;
  /** When the token was issued. Null: it does not tell. */
  readonly issuedAt: Date | null;
  /** The audience of the token. */
  readonly clientId: string;
  /** The time of the sign-in or, if the token does not tell, of the token. Null: it tells neither. */
  readonly authenticatedAt: Date | null;
  readonly hasSecondFactor: boolean;
}

/** The user that is asking, and the network address from which it does. */
export interface Asking extends Omit<Credentials, 'expiresAt'> {
  /** Null or absent: unknown, so it is in no network that an API token allows. */
  readonly ip?: string | null | undefined;
}

/** Identifies the viewer of a request. */
export interface Identity {
  /** Checks the signature, issuer, audience and validity of a token; throws UNAUTHENTICATED if one of them is wrong. */
  verify(token: string): Promise<Credentials>;
  /** Reads the viewer from the database; null if the user, the session or the tenant may no longer act. */
  viewer(who: Asking): Promise<Viewer | null>;
  /** Like `viewer`, and reads the end of the viewer's sign-in or API token. */
  acting(who: Asking): Promise<ActingViewer | null>;
}

/** A viewer, and the time at which its sign-in ends if nothing renews it before, or its API token. */
export interface ActingViewer {
  readonly viewer: Viewer;
  readonly endsAt: Date;
  /** Whether the user wants to be seen by no one; absent for an API token, which no one sees. */
  readonly isInvisible?: boolean;
}
