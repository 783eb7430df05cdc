import { isDeepStrictEqual } from 'node:util';
import { v4 as uuidv4 } from 'uuid';
import { RequestError, unauthenticated } from '../../core/requests/errors.ts';
import type { Credentials, Identity } from '../../core/rights/identity.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { FreshRuns } from './fresh-runs.ts';
import { ReadOrder } from './read-order.ts';
import { TokenExpiry } from './token-expiry.ts';

/** The reason for which the server ended a connection. */
export type EndReason = 'TOKEN_EXPIRED' | 'RIGHTS_WITHDRAWN' | 'TOO_MANY_CONNECTIONS';

/**
 * Registers a signed-in connection with the rights watch, or ends it if its user has too many. The returned function
 * unregisters it.
 */
export type RegisterConnection = (connection: ClientConnection) => Promise<() => void>;

/**
 * One client: a WebSocket with all its operations, or a single HTTP request. It knows the client's viewer. A connection
 * that is kept open is registered with the rights watch, which has the viewer read again before any change that was
 * committed after a change of the client's rights is delivered.
 */
export class ClientConnection {
  readonly id = uuidv4();
  readonly ip: string | null;
  readonly #identity: Identity;
  readonly #register: RegisterConnection;
  readonly #onEnd = new Set<(reason: EndReason) => void>();
  readonly #onViewerChange = new Set<() => void>();
  readonly #refreshes = new FreshRuns(() => this.#reread());
  readonly #reads = new ReadOrder();
  readonly #expiry = new TokenExpiry(() => this.end('TOKEN_EXPIRED'));
  #credentials: Credentials | null = null;
  #viewer: Viewer | null = null;
  #endReason: EndReason | null = null;
  #unregister: (() => void) | null = null;
  #isKept = false;
  #isClosed = false;

  constructor(identity: Identity, register: RegisterConnection, ip: string | null) {
    this.#identity = identity;
    this.#register = register;
    this.ip = ip;
  }

  /** The client's viewer; null if the client has not signed in or may no longer act. */
  get viewer(): Viewer | null {
    return this.#viewer;
  }

  /** The session of the token, or the API token; null without one. */
  get sessionId(): string | null {
    return this.#credentials?.sessionId ?? null;
  }

  /** The reason for which the server ended the connection; null while it is open. */
  get endReason(): EndReason | null {
    return this.#endReason;
  }

  /**
   * Takes a token. The first token signs the client in; a later one of the same user prolongs the connection. Throws
   * UNAUTHENTICATED for an invalid token and for a token of another user.
   */
  async authenticate(token: string): Promise<void> {
    const credentials = await this.#identity.verify(token);
    if (this.#isOfAnotherUser(credentials)) throw unauthenticated();
    const read = this.#reads.begin();
    const viewer = await this.#identity.viewer({ ...credentials, ip: this.ip });
    if (!viewer || this.#endReason || this.#isOfAnotherUser(credentials)) throw unauthenticated();
    this.#credentials = credentials;
    this.#accept(viewer, read);
    if (this.#isKept) await this.#registerViewer();
  }

  /**
   * Like `authenticate`, but returns false instead of throwing for a token that is refused. Throws TRY_AGAIN if it cannot
   * be checked now.
   */
  async adopt(token: string): Promise<boolean> {
    try {
      await this.authenticate(token);
      return true;
    } catch (error) {
      if (error instanceof RequestError && error.code === 'UNAUTHENTICATED') return false;
      throw error;
    }
  }

  /** Keeps the connection open after its first answer: from now on the rights watch knows it. */
  async keep(): Promise<void> {
    this.#isKept = true;
    if (this.#viewer) await this.#registerViewer();
  }

  /** Reads the viewer again, and ends the connection if it may no longer act. */
  refresh(): Promise<void> {
    return this.#refreshes.request();
  }

  /** Ends the connection: from now on nothing is delivered or executed for it. */
  end(reason: EndReason): void {
    if (this.#endReason) return;
    this.#endReason = reason;
    this.#setViewer(null);
    for (const callback of this.#onEnd) callback(reason);
    this.close();
  }

  /** Calls back when the server ends the connection, until the returned function is called. */
  onEnd(callback: (reason: EndReason) => void): () => void {
    this.#onEnd.add(callback);
    return () => {
      this.#onEnd.delete(callback);
    };
  }

  /** Calls back whenever the viewer has changed, until the returned function is called. */
  onViewerChange(callback: () => void): () => void {
    this.#onViewerChange.add(callback);
    return () => {
      this.#onViewerChange.delete(callback);
    };
  }

  /** Releases everything, when the client has gone. */
  close(): void {
    this.#isClosed = true;
    this.#expiry.stop();
    this.#unregister?.();
    this.#unregister = null;
    this.#onEnd.clear();
    this.#onViewerChange.clear();
  }

  async #reread(): Promise<void> {
    if (!this.#credentials || this.#endReason) return;
    const credentials = this.#credentials;
    const read = this.#reads.begin();
    const viewer = await this.#identity.viewer({ ...credentials, ip: this.ip });
    // The client has sent another token: the session of the old one no longer matters.
    if (credentials !== this.#credentials) return this.#reread();
    this.#accept(viewer, read);
  }

  /** Takes the result of a read unless it is out of date. */
  #accept(viewer: Viewer | null, read: number): void {
    if (this.#endReason || !this.#reads.accept(read)) return;
    if (viewer) this.#setViewer(viewer);
    else this.end('RIGHTS_WITHDRAWN');
  }

  /** Stores a viewer and calls the listeners, unless the viewer is the same as before. */
  #setViewer(viewer: Viewer | null): void {
    if (isDeepStrictEqual(viewer, this.#viewer)) return;
    this.#viewer = viewer;
    if (this.#unregister) this.#watchEnd();
    for (const callback of [...this.#onViewerChange]) callback();
  }

  /** Registers the connection for its current viewer, and only then unregisters it for an earlier one. */
  async #registerViewer(): Promise<void> {
    const unregister = await this.#register(this);
    this.#unregister?.();
    this.#unregister = unregister;
    // The client may have gone while the connection was being registered.
    if (this.#isClosed) this.close();
    else this.#watchEnd();
  }

  /** An API token ends when its viewer says so: a new secret, or an earlier end, may cut short what runs. */
  #watchEnd(): void {
    if (!this.#credentials || !this.#viewer) return;
    const { expiresAt } = this.#credentials;
    this.#expiry.watch(this.#viewer.apiToken?.endsAt ?? expiresAt);
  }

  #isOfAnotherUser({ userId }: Credentials): boolean {
    return this.#credentials !== null && this.#credentials.userId !== userId;
  }
}
