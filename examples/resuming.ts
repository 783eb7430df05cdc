import { type Client, createClient } from 'graphql-ws';
import type { Session } from './session.ts';

/**
 * Lets every subscription of a graphql-ws client continue where it was cut. By itself the client reconnects with the
 * variables of the start; here they follow the cursor that comes with each result. The document must hand the
 * variable on: `subscription ($after: Cursor) { customerChanged(after: $after) { … } }`.
 */
export function resuming(client: Client): Client {
  return {
    ...client,
    subscribe(payload, sink) {
      const resumed = { ...payload };
      return client.subscribe<never, { cursor?: string }>(resumed, {
        next(result) {
          sink.next(result as never);
          const after = result.extensions?.cursor;
          if (after) resumed.variables = { ...resumed.variables, after };
        },
        error: (error) => sink.error(error),
        complete: () => sink.complete(),
      });
    },
    iterate() {
      throw new Error('Only what was begun with subscribe() is resumed.');
    },
  };
}

const PING_EVERY_MS = 10_000;
const PONG_WITHIN_MS = 5_000;
const LONGEST_WAIT_MS = 10_000;
const TOKEN_REFUSED = 4403;

/** Makes a client that stays connected. Browsers have a WebSocket of their own; Node 20 needs the one of `ws`. */
export function stayingClient(url: string, session: Session, webSocketImpl?: unknown): Client {
  let socket: WebSocket;
  let isRefused = false;
  let given: string | undefined;
  let pongMissing: ReturnType<typeof setTimeout>;
  const client = createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl,
    // The default gives up after five attempts, and immediately when the server cannot be reached at all.
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (retries) => backoff(retries),
    // A function, because a token that was good for the first connection is not good for the tenth.
    connectionParams: async () => {
      if (isRefused) await session.renew();
      isRefused = false;
      given = await session.authorization();
      return { authorization: given };
    },
    keepAlive: PING_EVERY_MS,
    on: {
      opened: (opened) => {
        socket = opened as WebSocket;
      },
      closed: (event) => {
        clearTimeout(pongMissing);
        if ((event as { code?: number }).code === TOKEN_REFUSED) isRefused = true;
      },
      // A pulled cable sends nothing: the socket looks open until an answer is missed.
      ping: async (isFromServer) => {
        if (isFromServer) return;
        pongMissing = setTimeout(() => client.terminate(), PONG_WITHIN_MS);
        const authorization = await session.authorization();
        if (authorization === given) return;
        given = authorization;
        // Prolongs the connection with the new token, without disturbing what runs over it.
        socket.send(JSON.stringify({ type: 'ping', payload: { authorization } }));
      },
      pong: (isFromServer) => {
        if (isFromServer) clearTimeout(pongMissing);
      },
    },
  });
  return resuming(client);
}

/**
 * Waits longer after each failure, and each client for another time, so that a restarted server is not stormed. Ends
 * early when the client stops.
 */
export function backoff(failures: number, signal?: AbortSignal): Promise<void> {
  const waitMs = Math.random() * Math.min(LONGEST_WAIT_MS, 500 * 2 ** failures);
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(waiting);
      signal?.removeEventListener('abort', end); // a signal lives as long as the client, through many failures
      resolve();
    };
    const waiting = setTimeout(end, waitMs);
    signal?.addEventListener('abort', end);
  });
}
