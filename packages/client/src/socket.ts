import { type Client, createClient } from 'graphql-ws';
import { backoffMs } from './backoff.ts';
import type { Page } from './browser.ts';
import { isDisconnection } from './errors.ts';
import { type PageEvents, watchPage } from './page-events.ts';
import { Cell, type Readable, type Stop } from './readable.ts';
import type { Session } from './session.ts';

/** The distance of the client from what the server knows. */
export interface Connection {
  /** `idle` while nothing is subscribed to. `in-step`: every stream has everything that the server knew. */
  readonly state: 'idle' | 'connecting' | 'catching-up' | 'in-step' | 'offline' | 'signed-out';
  /** When this state began, in milliseconds since 1970. */
  readonly since: number;
  /** The reason for being offline: that of the close, or of the failed attempt. */
  readonly reason?: string;
  /** When the next attempt is made, in milliseconds since 1970. */
  readonly retryAt?: number;
}

/** A stream, as far as the connection knows it. */
export interface Followed {
  /** Whether it ever says where it is. One that does not is quiet until something happens, and no reason to wait. */
  readonly hasPositions: boolean;
  isInStep: boolean;
}

interface SocketParts {
  readonly url: string;
  readonly session: Session;
  readonly webSocketImpl: unknown;
  readonly page: Page | undefined;
}

const PING_EVERY_MS = 10_000;
const PONG_WITHIN_MS = 5_000;
const PONG_WHEN_SHOWN_WITHIN_MS = 2_000;
const TOKEN_REFUSED = 4403;
/** A token that lives for seconds can end on the way; a session whose tokens are never admitted is of no use. */
const MOST_REFUSALS = 5;

/**
 * The one socket of a client. It is open while there are streams, and it comes back after each loss.
 *
 * - A token that was refused is renewed. The session ends if the server refuses that, or all of five tokens in a row.
 * - Pauses grow with the failures until a result arrives, not only a connection.
 * - An administrator who ends the connection ends its streams: none comes back by itself, and the reason is shown.
 * - No attempt is made without a stream, without a session, without a network, or from a page that is not shown any more.
 */
export class Socket {
  readonly #parts: SocketParts;
  #client: Client | null = null;
  readonly #connection = new Cell<Connection>({ state: 'idle', since: Date.now() });
  readonly #streams = new Set<Followed>();
  readonly #unwatch: Stop;
  readonly #lost = new Set<() => void>();
  #open: { send(text: string): void } | null = null;
  #isAcknowledged = false;
  #isOffline = false;
  #isAway = false;
  #isSentAway = false;
  #refusals = 0;
  #failures = 0;
  #given: string | undefined;
  #reason: string | undefined;
  #retryAt: number | undefined;
  #endPause: (() => void) | null = null;
  #pongMissing: ReturnType<typeof setTimeout> | undefined;
  #positionAt: number | null = null;

  constructor(parts: SocketParts) {
    this.#parts = parts;
    const events: PageEvents = {
      leave: () => this.#leave(),
      return: () => this.#return(),
      look: () => this.#look(),
    };
    this.#unwatch = watchPage(parts.page, events);
    parts.session.state.subscribe(() => this.#sessionChanged());
    this.#update();
  }

  /** The state of the connection. */
  get connection(): Readable<Connection> {
    return this.#connection;
  }

  /** The milliseconds since a stream last said where it is; null before that. */
  cursorAgeMs(): number | null {
    return this.#positionAt === null ? null : Date.now() - this.#positionAt;
  }

  /** The client of graphql-ws, for the operations of a stream. A server that renders needs none, and has no WebSocket. */
  get client(): Pick<Client, 'subscribe'> {
    this.#client ??= this.#newClient();
    return this.#client;
  }

  /** Counts a stream until it ends. `lost` is called whenever the connection is. */
  follow(stream: Followed, lost: () => void): Stop {
    this.#streams.add(stream);
    this.#lost.add(lost);
    this.#update();
    return () => {
      this.#streams.delete(stream);
      this.#lost.delete(lost);
      // Without a stream there is nothing to come back for: a pause before the next attempt ends, and so does the attempt.
      if (this.#streams.size === 0) this.#endPause?.();
      this.#update();
    };
  }

  /** A result has arrived: the server serves this client. */
  received(): void {
    this.#failures = 0;
    this.#positionAt = Date.now();
    this.#update();
  }

  /** Ends the socket, for good. */
  close(): void {
    this.#unwatch();
    clearTimeout(this.#pongMissing);
    this.#endPause?.();
    // It waits for a connection that is not made any more.
    Promise.resolve(this.#client?.dispose()).catch(() => {});
  }

  #newClient(): Client {
    const parts = this.#parts;
    return createClient({
      url: parts.url.replace(/^http/, 'ws'),
      webSocketImpl: parts.webSocketImpl,
      retryAttempts: Number.POSITIVE_INFINITY,
      shouldRetry: () => true,
      retryWait: () => this.#pause(),
      connectionParams: () => this.#introduce(),
      keepAlive: PING_EVERY_MS,
      on: {
        connecting: () => this.#update(),
        opened: (socket) => {
          this.#open = socket as { send(text: string): void };
        },
        connected: () => this.#acknowledged(),
        closed: (event) => this.#closed(event as { code?: number; reason?: string }),
        error: (error) => this.#failed(error),
        ping: (isFromServer) => {
          if (!isFromServer) void this.#prolong(PONG_WITHIN_MS);
        },
        pong: (isFromServer) => {
          if (isFromServer) clearTimeout(this.#pongMissing);
        },
      },
    });
  }

  async #introduce(): Promise<{ authorization?: string }> {
    const { session } = this.#parts;
    if (this.#refusals > 0) await session.renew();
    this.#given = await session.authorization();
    return this.#given ? { authorization: this.#given } : {};
  }

  #acknowledged(): void {
    this.#isAcknowledged = true;
    this.#isSentAway = false;
    this.#isOffline = false;
    this.#refusals = 0;
    this.#reason = undefined;
    this.#update();
  }

  #closed({ code, reason }: { code?: number; reason?: string }): void {
    this.#isSentAway = isDisconnection({ code, reason });
    this.#disconnected(reason || (code ? `closed with ${code}` : 'closed'));
    if (code !== TOKEN_REFUSED) return;
    this.#refusals += 1;
    if (this.#refusals >= MOST_REFUSALS) this.#parts.session.refuse();
  }

  #failed(error: unknown): void {
    this.#disconnected((error as { message?: string }).message || 'The server cannot be reached.');
  }

  #disconnected(reason: string): void {
    clearTimeout(this.#pongMissing);
    this.#open = null;
    const wasAcknowledged = this.#isAcknowledged;
    this.#isAcknowledged = false;
    this.#isOffline = this.#streams.size > 0;
    this.#reason = reason;
    for (const stream of this.#streams) stream.isInStep = false;
    if (wasAcknowledged) for (const lost of [...this.#lost]) lost();
    this.#update();
  }

  /** Waits before the next attempt. A page that is back, or a stream that ends, ends the wait. */
  #pause(): Promise<void> {
    const waitMs = this.#refusals === 1 ? 0 : backoffMs(this.#failures++);
    return new Promise((resolve) => {
      const timer = setTimeout(() => !this.#isAway && end(), waitMs);
      const end = () => {
        clearTimeout(timer);
        this.#endPause = null;
        this.#retryAt = undefined;
        resolve();
      };
      this.#endPause = end;
      this.#retryAt = Date.now() + waitMs;
      this.#update();
    });
  }

  #leave(): void {
    this.#isAway = true;
    this.#reason = 'The network is gone.';
    if (this.#open) this.#client?.terminate();
  }

  #return(): void {
    const wasAway = this.#isAway;
    this.#isAway = false;
    this.#failures = 0;
    if (wasAway) this.#endPause?.();
    else this.#look();
  }

  #look(): void {
    if (this.#endPause) {
      this.#failures = 0;
      this.#endPause();
    } else if (this.#isAcknowledged) {
      this.#open?.send('{"type":"ping"}');
      void this.#prolong(PONG_WHEN_SHOWN_WITHIN_MS);
    }
  }

  /** Expects a pong, and shows the server the newest token, which keeps the socket open without disturbing its streams. */
  async #prolong(pongWithinMs: number): Promise<void> {
    clearTimeout(this.#pongMissing);
    this.#pongMissing = setTimeout(() => this.#client?.terminate(), pongWithinMs);
    const socket = this.#open;
    const authorization = await this.#parts.session.authorization().catch(() => undefined);
    if (!authorization || authorization === this.#given || socket !== this.#open) return;
    this.#given = authorization;
    socket?.send(JSON.stringify({ type: 'ping', payload: { authorization } }));
  }

  #sessionChanged(): void {
    this.#isSentAway = false;
    this.#refusals = 0;
    this.#failures = 0;
    // The next session gets a socket of its own: nothing of the former one may arrive in it.
    if (this.#open) this.#client?.terminate();
    this.#endPause?.();
    this.#update();
  }

  #update(): void {
    const { state, since, reason, retryAt } = this.#connection.get();
    const next = this.#state();
    const isOffline = next === 'offline';
    const [why, when] = isOffline ? [this.#reason, this.#retryAt] : [];
    if (next === state && why === reason && when === retryAt) return;
    this.#connection.set({
      state: next,
      since: next === state ? since : Date.now(),
      ...(why && { reason: why }),
      ...(when && { retryAt: when }),
    });
  }

  #state(): Connection['state'] {
    if (this.#parts.session.state.get().status === 'signed-out') return 'signed-out';
    if (this.#streams.size === 0) return this.#isSentAway ? 'offline' : 'idle';
    if (!this.#isAcknowledged) return this.#isOffline ? 'offline' : 'connecting';
    return [...this.#streams].every(({ hasPositions, isInStep }) => isInStep || !hasPositions)
      ? 'in-step'
      : 'catching-up';
  }
}
