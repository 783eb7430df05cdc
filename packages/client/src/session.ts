import type { Locks } from './browser.ts';
import type { LockstepError } from './errors.ts';
import { Cell, type Readable } from './readable.ts';
import { joinTabs, oneTabAtATime, type TabMessage, type Tabs } from './tabs.ts';
import { type SignInInput, TokenRequests, type UserError } from './token-requests.ts';
import type { StoredSession, TokenStorage, Tokens } from './token-storage.ts';

/** Whether a user is signed in. Each sign-in has an id of its own, the same in all tabs. */
export type SessionState =
  | { readonly status: 'signed-in'; readonly id: string }
  | { readonly status: 'signed-out'; readonly reason?: 'SIGNED_OUT' | 'REFUSED' };

/** The outcome of a sign-in: faults to show at the fields of the form, or none. */
export interface SignInResult {
  readonly isSignedIn: boolean;
  readonly userErrors: readonly UserError[];
}

interface SessionParts {
  readonly url: string;
  readonly storage: TokenStorage;
  readonly send: typeof fetch;
  readonly locks: Locks | undefined;
}

/** The share of a token's life after which it is renewed. */
const RENEW_AFTER = 0.8;
const SIBLING_WITHIN_MS = 500;

/**
 * The session of a user, in step with those of the other tabs.
 *
 * - A token is renewed by one tab at a time; the others take what it got.
 * - Only a refusal by the server ends the session. A server that cannot be reached does not.
 * - An answer that belongs to a former session changes nothing.
 */
export class Session {
  readonly #parts: SessionParts;
  readonly #requests: TokenRequests;
  readonly #tabs: Tabs;
  readonly #state: Cell<SessionState>;
  readonly #name: string;
  #stored: StoredSession | null;
  #tokens: Tokens | null = null;
  #renewAt = 0;
  #endsAt = 0;
  #renewing: Promise<void> | null = null;
  #arrived: (() => void) | null = null;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#requests = new TokenRequests(parts.url, parts.send);
    this.#name = `lockstep ${parts.url}`;
    this.#stored = parts.storage.read();
    this.#state = new Cell<SessionState>(
      this.#stored ? { status: 'signed-in', id: this.#stored.id } : { status: 'signed-out' },
    );
    this.#tabs = parts.storage.isShared
      ? joinTabs(this.#name, (message) => this.#receive(message))
      : { send() {}, close() {} };
  }

  /** Whether a user is signed in. */
  get state(): Readable<SessionState> {
    return this.#state;
  }

  /** Signs in. Throws a LockstepError if the server cannot be reached, or admits no attempt for a while. */
  async signIn(input: SignInInput): Promise<SignInResult> {
    const { tokens, userErrors } = await this.#requests.signIn(input);
    if (!tokens) return { isSignedIn: false, userErrors };
    this.adopt(tokens);
    return { isSignedIn: true, userErrors: [] };
  }

  /** Begins a session with tokens that come from elsewhere, e.g. from a sign-in by an outside provider. */
  adopt(tokens: Tokens): void {
    const session = { id: crypto.randomUUID(), refreshToken: tokens.refreshToken };
    this.#begin(session, tokens);
    this.#parts.storage.write(session);
    this.#tabs.send({ kind: 'signed-in', session, tokens });
  }

  /** Signs out in every tab, and then at the server. The tabs are signed out also if that cannot be reached. */
  async signOut({ isEverywhere = false } = {}): Promise<void> {
    const stored = this.#stored;
    const tokens = Date.now() < this.#endsAt ? this.#tokens : null;
    if (!stored) return;
    this.#end('SIGNED_OUT');
    try {
      const ending = tokens ?? (await this.#requests.refresh(stored.refreshToken)).tokens;
      if (ending) await this.#requests.signOut(ending.accessToken, isEverywhere);
    } catch {
      // The server cannot be reached: there the session ends with its lifetime.
    }
  }

  /** The value of `authorization` in headers and in `connection_init`; undefined without a session. */
  async authorization(): Promise<string | undefined> {
    if (!this.#stored) return undefined;
    if (!this.#tokens || Date.now() > this.#renewAt) {
      // A token that still lives serves while the server that would renew it is busy.
      await this.renew().catch((error) => {
        if (!this.#tokens || Date.now() > this.#endsAt) throw error;
      });
    }
    return this.#tokens ? `Bearer ${this.#tokens.accessToken}` : undefined;
  }

  /**
   * Gets new tokens, or ends the session if the server refuses them. Callers share one request, and so do tabs. Throws a
   * LockstepError if the server cannot answer.
   */
  renew(): Promise<void> {
    const seen = this.#stored;
    this.#renewing ??= oneTabAtATime(this.#parts.locks, this.#name, () => this.#renew(seen)).finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  /** Ends the session in every tab: the server has refused its newest token. */
  refuse(): void {
    this.#end('REFUSED');
  }

  /**
   * `fetch` for this server: signed in, and sent once more with a new token if the old one was refused. What one user has asked
   * is not sent again for another, who has signed in meanwhile.
   */
  readonly fetch: typeof fetch = async (input, init) => {
    const send = async () => {
      const headers = new Headers(init?.headers);
      const authorization = await this.authorization();
      if (authorization) headers.set('authorization', authorization);
      return this.#parts.send(input, { ...init, headers });
    };
    const asking = this.#stored?.id;
    const response = await send();
    if (response.status !== 401 || !this.#stored || this.#stored.id !== asking) return response;
    await this.renew();
    return (this.#stored as StoredSession | null)?.id === asking ? send() : response;
  };

  /** Leaves the other tabs. The session stays in the storage. */
  close(): void {
    this.#tabs.close();
  }

  async #renew(seen: StoredSession | null): Promise<void> {
    if (!seen || this.#stored?.id !== seen.id) return;
    if (await this.#takeFromSibling(seen)) return;
    const used = this.#stored;
    const { tokens } = await this.#requests.refresh(used.refreshToken).catch((error: LockstepError) => {
      if (error.code === 'UNAUTHENTICATED') return { tokens: undefined };
      throw error;
    });
    if (this.#stored?.id !== seen.id) return;
    if (tokens) return this.#keep(tokens);
    const stored = this.#parts.storage.read();
    if (stored?.id === seen.id && stored.refreshToken !== used.refreshToken) {
      this.#stored = stored;
      return this.#renew(stored);
    }
    this.#end('REFUSED');
  }

  /** Whether another tab has renewed the session meanwhile, and its tokens have arrived. */
  async #takeFromSibling(seen: StoredSession): Promise<boolean> {
    const stored = this.#parts.storage.read();
    if (stored?.id === seen.id && stored.refreshToken !== this.#stored?.refreshToken) {
      // The storage is written before the message is sent, so the message is on its way.
      await this.#untilTokensOf(stored.refreshToken);
      if (this.#stored?.id === seen.id && this.#stored.refreshToken !== stored.refreshToken)
        this.#stored = stored;
    }
    if (this.#stored?.id !== seen.id) return true;
    const { refreshToken } = this.#stored;
    return refreshToken !== seen.refreshToken && refreshToken === this.#tokens?.refreshToken;
  }

  #untilTokensOf(refreshToken: string): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#arrived = null;
        resolve();
      };
      const timer = setTimeout(end, SIBLING_WITHIN_MS);
      this.#arrived = () => this.#tokens?.refreshToken === refreshToken && end();
    });
  }

  #keep(tokens: Tokens): void {
    if (!this.#stored) return;
    this.#stored = { ...this.#stored, refreshToken: tokens.refreshToken };
    this.#take(tokens);
    this.#parts.storage.write(this.#stored);
    this.#tabs.send({ kind: 'renewed', session: this.#stored, tokens });
  }

  #receive(message: TabMessage): void {
    if (message.kind === 'signed-in') this.#begin(message.session, message.tokens);
    else if (message.session.id === this.#stored?.id) {
      if (message.kind === 'signed-out') this.#leave('SIGNED_OUT');
      else this.#accept(message.session, message.tokens);
    }
  }

  #accept(session: StoredSession, tokens: Tokens): void {
    this.#stored = session;
    this.#take(tokens);
    this.#arrived?.();
  }

  #begin(session: StoredSession, tokens: Tokens): void {
    this.#stored = session;
    this.#take(tokens);
    this.#state.set({ status: 'signed-in', id: session.id });
  }

  #end(reason: 'SIGNED_OUT' | 'REFUSED'): void {
    if (!this.#stored) return;
    const { id } = this.#stored;
    if (this.#parts.storage.read()?.id === id) this.#parts.storage.write(null);
    this.#tabs.send({ kind: 'signed-out', session: { id } });
    this.#leave(reason);
  }

  #leave(reason: 'SIGNED_OUT' | 'REFUSED'): void {
    this.#stored = null;
    this.#tokens = null;
    this.#state.set({ status: 'signed-out', reason });
  }

  #take(tokens: Tokens): void {
    this.#tokens = tokens;
    const now = Date.now();
    const life = lifeOf(tokens);
    this.#renewAt = now + RENEW_AFTER * life;
    this.#endsAt = now + life;
  }
}

/** The milliseconds that a token lives: by its own dates, because the clock of this machine may be wrong. */
function lifeOf({ accessToken, expiresAt }: Tokens): number {
  try {
    const { iat, exp } = JSON.parse(
      atob((accessToken.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')),
    );
    if (exp > iat) return (exp - iat) * 1000;
  } catch {
    // The token of another issuer may have another form.
  }
  return Date.parse(expiresAt) - Date.now();
}
