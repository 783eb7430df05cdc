import { isDeepStrictEqual } from 'node:util';
import { v4 as uuidv4 } from 'uuid';
import { RequestError, unauthenticated } from '../core/errors.ts';
import type { Credentials, Identity } from '../core/identity.ts';
import type { Viewer } from '../core/viewer.ts';

/** Why the server ended a connection. */
export type EndReason = 'TOKEN_EXPIRED' | 'RIGHTS_WITHDRAWN' | 'TOO_MANY_CONNECTIONS';

/**
 * Puts a signed-in connection under the rights watch, or ends it if its user has too many; call what it gives to take
 * it out again.
 */
export type RegisterConnection = (connection: ClientConnection) => Promise<() => void>;

// The longest delay a timer of Node takes; a token that lives longer is looked at again then.
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * One client's way in: a WebSocket with all its operations, or a single HTTP request. It holds who the client is
 * now. While it is kept open it is under the rights watch, which has it read that again before anything is delivered
 * that was committed after a change of the client's rights.
 */
export class ClientConnection {
  readonly id = uuidv4();
  readonly ip: string | null;
  readonly #identity: Identity;
  readonly #register: RegisterConnection;
  readonly #onEnd = new Set<(reason: EndReason) => void>();
  readonly #onViewerChange = new Set<() => void>();
  #credentials: Credentials | null = null;
  #viewer: Viewer | null = null;
  #endReason: EndReason | null = null;
  #expiry: NodeJS.Timeout | null = null;
  #leave: (() => void) | null = null;
  #isKept = false;
  #isClosed = false;
  #thisRefresh: Promise<void> = Promise.resolve();
  #nextRefresh: Promise<void> | null = null;
  #readsBegun = 0;
  #lastReadTaken = 0;

  constructor(identity: Identity, register: RegisterConnection, ip: string | null) {
    this.#identity = identity;
    this.#register = register;
    this.ip = ip;
  }

  /** Who the client is; null if it has not signed in or may no longer act. */
  get viewer(): Viewer | null {
    return this.#viewer;
  }

  /** The session of the token; null without one. */
  get sessionId(): string | null {
    return this.#credentials?.sessionId ?? null;
  }

  /** Why the server ended the connection; null while it is open. */
  get endReason(): EndReason | null {
    return this.#endReason;
  }

  /**
   * Takes a token: the first one says who the client is, a later one of the same user prolongs the connection.
   * Throws UNAUTHENTICATED for a token that will not do and for one of somebody else.
   */
  async authenticate(token: string): Promise<void> {
    const credentials = await this.#identity.verify(token);
    if (this.#isOfAnother(credentials)) throw unauthenticated();
    const read = this.#beginRead();
    const viewer = await this.#identity.viewer(credentials);
    if (!viewer || this.#endReason || this.#isOfAnother(credentials)) throw unauthenticated();
    this.#credentials = credentials;
    this.#take(viewer, read);
    if (this.#isKept) await this.#comeUnderWatch();
  }

  /** Does the same without a word about tokens that will not do, for those that come beside something else. */
  async adopt(token: string): Promise<boolean> {
    try {
      await this.authenticate(token);
      return true;
    } catch (error) {
      if (error instanceof RequestError) return false;
      throw error;
    }
  }

  /** Keeps the connection open beyond one answer: from now on the viewer's rights are watched. */
  async keep(): Promise<void> {
    this.#isKept = true;
    if (this.#viewer) await this.#comeUnderWatch();
  }

  /** Reads again who the client is and what it may do, and ends the connection if it may no longer act. */
  refresh(): Promise<void> {
    // A read under way may have begun too early for whoever asks now: all who ask meanwhile share the one after it.
    this.#nextRefresh ??= this.#afterThisRefresh();
    return this.#nextRefresh;
  }

  async #afterThisRefresh(): Promise<void> {
    // Whoever asked for that one is told that it failed.
    await this.#thisRefresh.catch(() => {});
    this.#nextRefresh = null;
    this.#thisRefresh = this.#reread();
    await this.#thisRefresh;
  }

  async #reread(): Promise<void> {
    if (!this.#credentials || this.#endReason) return;
    const credentials = this.#credentials;
    const read = this.#beginRead();
    const viewer = await this.#identity.viewer(credentials);
    // Another token was taken meanwhile: what became of the session of the old one does not matter any more.
    if (credentials !== this.#credentials) return this.#reread();
    this.#take(viewer, read);
  }

  /** Ends the connection: nothing is delivered or executed for it any more. */
  end(reason: EndReason): void {
    if (this.#endReason) return;
    this.#endReason = reason;
    this.#become(null);
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

  /** Calls back whenever the client's rights have been read anew, until the returned function is called. */
  onViewerChange(callback: () => void): () => void {
    this.#onViewerChange.add(callback);
    return () => {
      this.#onViewerChange.delete(callback);
    };
  }

  /** Lets go of everything; for when the client has gone. */
  close(): void {
    this.#isClosed = true;
    if (this.#expiry) clearTimeout(this.#expiry);
    this.#leave?.();
    this.#leave = null;
    this.#onEnd.clear();
    this.#onViewerChange.clear();
  }

  /** Disturbs nobody when a reading has found nothing new. */
  #become(viewer: Viewer | null): void {
    if (isDeepStrictEqual(viewer, this.#viewer)) return;
    this.#viewer = viewer;
    for (const callback of [...this.#onViewerChange]) callback();
  }

  /** Stands under the watch for whoever the client is by now, and for nobody it was before. */
  async #comeUnderWatch(): Promise<void> {
    const leave = await this.#register(this);
    this.#leave?.();
    this.#leave = leave;
    // The client may have gone while the watch was being set up.
    if (this.#isClosed) this.close();
    else this.#armExpiry();
  }

  #isOfAnother({ userId }: Credentials): boolean {
    return this.#credentials !== null && this.#credentials.userId !== userId;
  }

  #beginRead(): number {
    this.#readsBegun += 1;
    return this.#readsBegun;
  }

  /** Two reads may overlap; what the earlier one saw must not undo what the later one saw. */
  #take(viewer: Viewer | null, read: number): void {
    if (this.#endReason || read < this.#lastReadTaken) return;
    this.#lastReadTaken = read;
    if (viewer) this.#become(viewer);
    else this.end('RIGHTS_WITHDRAWN');
  }

  #armExpiry(): void {
    if (this.#expiry) clearTimeout(this.#expiry);
    const expiresAt = this.#credentials?.expiresAt.getTime() ?? 0;
    const delay = Math.min(Math.max(expiresAt - Date.now(), 0), MAX_DELAY_MS);
    this.#expiry = setTimeout(() => {
      if (Date.now() >= expiresAt) this.end('TOKEN_EXPIRED');
      else this.#armExpiry();
    }, delay).unref();
  }
}
