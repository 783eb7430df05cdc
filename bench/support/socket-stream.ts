import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { OpenStream } from './stream.ts';

/** Follows over a WebSocket of its own, with the client that everybody uses; it resumes with `after`. */
export const openSocketStream: OpenStream = ({ url, token, query, variables, cursor }, onResult) => {
  let socket: WebSocket | null = null;
  let isCut = false;
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: token ? { authorization: `Bearer ${token}` } : {},
    retryAttempts: 0,
    on: {
      opened: (opened) => {
        socket = opened as WebSocket;
        if (isCut) socket.terminate();
      },
    },
  });
  const ended = new Promise<void>((resolve) => {
    client.subscribe(
      { query, variables: { ...variables, after: cursor } },
      {
        next: (result) => onResult(result as never),
        error: () => resolve(),
        complete: () => resolve(),
      },
    );
  });
  return {
    // The client says goodbye before it leaves; a broken wire does not.
    ended: ended.finally(() => client.dispose()),
    cut: () => {
      isCut = true;
      socket?.terminate();
    },
  };
};
