import { isDeepStrictEqual } from 'node:util';
import { v4 as uuidv4 } from 'uuid';
import { RequestError, unauthenticated } from '../../core/requests/errors.ts';
import type { ActingViewer, Credentials, Identity, OutsideSignIn } from '../../core/rights/identity.ts';
import { UnreadableSettings } from '../../core/rights/unreadable-settings.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { FreshRuns } from './fresh-runs.ts';
import { ReadOrder } from './read-order.ts';
import { TokenExpiry } from './token-expiry.ts';

/** The reason for which the server ended a connection. */
export type EndReason = 'TOKEN_EXPIRED' | 'RIGHTS_WITHDRAWN' | 'TOO_MANY_CONNECTIONS' | 'DISCONNECTED';

/** The state of a client, beside its viewer. */
export interface ClientState {
  /** Whether the client has said that no one is before it. */
  readonly isAway: boolean;
  /** Whether the user wants to be seen by no one. */
  readonly isInvisible: boolean;
  /** The number of running subscriptions by field. */
  readonly topics: ReadonlyMap<string, number>;
}

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
  readonly #onStateChange = new Set<() => void>();
  readonly #topics = new Map<string, number>();
  readonly #refreshes = new FreshRuns(() => this.#reread());
  readonly #reads = new ReadOrder();
  readonly #expiry = new TokenExpiry(() => void this.#timeIsUp());
  #credentials: Credentials | null = null;
  #viewer: Viewer | null = null;
  /** The end of the sign-in as it was read with the viewer. */
  #endsAt: Date | null = null;
  #endReason: EndReason | null = null;
  #endWords: string | null = null;
  #unregister: (() => void) | null = null;
  #isKept = false;
  #isAway = false;
  #isInvisible = false;
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

  /** The sign-in that an external issuer describes; null for tokens of our own. */
  get outside(): OutsideSignIn | null {
    return this.#credentials?.outside ?? null;
  }

  /** The number of the secret of an API token; undefined for another token. */
  get secretNumber(): number | undefined {
    return this.#credentials?.secretNumber;
  }

  get state(): ClientState {
    return { isAway: this.#isAway, isInvisible: this.#isInvisible, topics: this.#topics };
  }

  /** Whether the connection stays open after its first answer. */
  get isKept(): boolean {
    return this.#isKept;
  }

  /** The reason for which the server ended the connection; null while it is open. */
  get endReason(): EndReason | null {
    return this.#endReason;
  }

  /** The words of the administrator who has ended the connection; null if no one has. */
  get endWords(): string | null {
    return this.#endWords;
  }

  /**
   * Takes a token. The first token signs the client in; a later one of the same user prolongs the connection. Throws
   * UNAUTHENTICATED for an invalid token and for a token of another user.
   */
  async authenticate(token: string): Promise<void> {
    await this.authenticateAs(await this.#identity.verify(token));
  }

  /** Like `authenticate`, with the content of a token that was verified before. */
  async authenticateAs(credentials: Credentials): Promise<void> {
    if (this.#isOfAnotherUser(credentials)) throw unauthenticated();
    const read = this.#reads.begin();
    const acting = await this.#identity.acting({ ...credentials, ip: this.ip });
    if (!acting || this.#endReason || this.#isOfAnotherUser(credentials)) throw unauthenticated();
    this.#credentials = credentials;
    this.#accept(acting, read);
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

  /** Ends the connection: from now on nothing is delivered or executed for it. `words` are those of an administrator. */
  end(reason: EndReason, words: string | null = null): void {
    if (this.#endReason) return;
    this.#endReason = reason;
    this.#endWords = words;
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

  /** Calls back whenever the state has changed, until the returned function is called. */
  onStateChange(callback: () => void): () => void {
    this.#onStateChange.add(callback);
    return () => {
      this.#onStateChange.delete(callback);
    };
  }

  /** Notes whether someone is before the client. */
  setAway(isAway: boolean): void {
    if (isAway === this.#isAway) return;
    this.#isAway = isAway;
    this.#stateChanged();
  }

  /** Notes whether the user wants to be seen by no one. */
  setInvisible(isInvisible: boolean): void {
    if (isInvisible === this.#isInvisible) return;
    this.#isInvisible = isInvisible;
    this.#stateChanged();
  }

  /** Notes that a subscription to a field runs, until the returned function is called. */
  began(topic: string): () => void {
    this.#count(topic, 1);
    let isRunning = true;
    return () => {
      if (isRunning) this.#count(topic, -1);
      isRunning = false;
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
    this.#onStateChange.clear();
  }

  async #reread(): Promise<void> {
    if (!this.#credentials || this.#endReason) return;
    const credentials = this.#credentials;
    const read = this.#reads.begin();
    const acting = await this.#identity.acting({ ...credentials, ip: this.ip }).catch(noneIfUnreadable);
    // The client has sent another token: the session of the old one no longer matters.
    if (credentials !== this.#credentials) return this.#reread();
    this.#accept(acting, read);
  }

  /** Takes the result of a read unless it is out of date. */
  #accept(acting: ActingViewer | null, read: number): void {
    if (this.#endReason || !this.#reads.accept(read)) return;
    if (acting) {
      this.#endsAt = acting.endsAt;
      this.setInvisible(acting.isInvisible ?? false);
      this.#setViewer(acting.viewer);
      if (this.#unregister) this.#watchTime();
    } else this.end('RIGHTS_WITHDRAWN');
  }

  #count(topic: string, by: 1 | -1): void {
    const count = (this.#topics.get(topic) ?? 0) + by;
    if (count > 0) this.#topics.set(topic, count);
    else this.#topics.delete(topic);
    this.#stateChanged();
  }

  #stateChanged(): void {
    for (const callback of [...this.#onStateChange]) callback();
  }

  /** Watches the end of the token and of the sign-in with one timer. */
  #watchTime(): void {
    const { expiresAt } = this.#credentials ?? {};
    if (!expiresAt) return;
    this.#expiry.watch(this.#endsAt && this.#endsAt < expiresAt ? this.#endsAt : expiresAt);
  }

  /** A session may have been renewed since it was read. One that cannot be read at its end is no permission. */
  async #timeIsUp(): Promise<void> {
    const { expiresAt } = this.#credentials ?? {};
    if (!expiresAt || expiresAt.getTime() <= Date.now()) return this.end('TOKEN_EXPIRED');
    await this.refresh().catch(() => this.end('RIGHTS_WITHDRAWN'));
  }

  /** Stores a viewer and calls the listeners, unless the viewer is the same as before. */
  #setViewer(viewer: Viewer | null): void {
    if (isDeepStrictEqual(viewer, this.#viewer)) return;
    this.#viewer = viewer;
    for (const callback of [...this.#onViewerChange]) callback();
  }

  /** Registers the connection for its current viewer, and only then unregisters it for an earlier one. */
  async #registerViewer(): Promise<void> {
    const unregister = await this.#register(this);
    this.#unregister?.();
    this.#unregister = unregister;
    // The client may have gone while the connection was being registered.
    if (this.#isClosed) this.close();
    else this.#watchTime();
  }

  #isOfAnotherUser({ userId }: Credentials): boolean {
    return this.#credentials !== null && this.#credentials.userId !== userId;
  }
}

/** Settings that cannot be read end a connection like rights that are gone: no feed of others waits for them. */
function noneIfUnreadable(error: unknown): null {
  if (error instanceof UnreadableSettings) return null;
  throw error;
}
