import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Stream, StreamRequest, StreamResult } from './stream.ts';

/** A subscription over a WebSocket of its own. */
export interface SocketStream extends Stream {
  /** Subscribes to something else, too, so many times over the same socket, and ignores the results. */
  burden(query: string, times: number): void;
  /** Stops reading. */
  pause(): void;
  /** Continues to read. */
  resume(): void;
}

/** Subscribes over a WebSocket of its own, with the usual client, graphql-ws; it resumes with `after`. */
export function openSocketStream<Data>(
  { url, token, query, variables, cursor }: StreamRequest,
  onResult: (result: StreamResult<Data>) => void,
): SocketStream {
  let socket: WebSocket | null = null;
  let isCut = false;
  let closeCode: number | null = null;
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
      closed: (event) => {
        closeCode = (event as { code: number }).code;
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
    ended: ended.finally(() => client.dispose()).then(() => closeCode),
    cut: () => {
      isCut = true;
      socket?.terminate();
    },
    burden: (query, times) => {
      const nobody = { next() {}, error() {}, complete() {} };
      for (let time = 0; time < times; time += 1) client.subscribe({ query, variables }, nobody);
    },
    pause: () => socket?.pause(),
    resume: () => socket?.resume(),
  };
}
