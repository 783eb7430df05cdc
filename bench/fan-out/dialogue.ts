import { randomUUID } from 'node:crypto';
import { LeanSocket } from './lean-socket.ts';
import { sequenceIn } from './mark.ts';

/** The language of clients and a server until events arrive. */
export type Dialogue = 'raw' | 'socket.io' | 'graphql';

/** One subscriber: the port that it connects to, its topic, and its token. */
export interface Seat {
  readonly port: number;
  readonly topic: string;
  readonly token?: string;
  /** The operation of the GraphQL dialogue. */
  readonly operation?: { readonly query: string; readonly variables?: Readonly<Record<string, unknown>> };
}

/** The reports of a subscriber to the code that opened it. */
export interface SeatHandlers {
  /** An event with this number came in a message of so many bytes. */
  onEvent(sequence: number, bytes: number): void;
  /** The subscriber receives nothing any more. Called once, or again for each message that makes no sense. */
  onEnd(why: string): void;
}

/** Opens a subscriber; resolves when it has sent its request, which the server may still have to process. */
export function openSeat(dialogue: Dialogue, seat: Seat, handlers: SeatHandlers): Promise<LeanSocket> {
  return new Promise((resolve, reject) => {
    const { talk, ...address } = DIALOGUES[dialogue](seat, () => resolve(socket));
    const end = (why: string): void => {
      reject(new Error(`A subscriber was refused: ${why}.`));
      handlers.onEnd(why);
    };
    const socket: LeanSocket = new LeanSocket({
      ...address,
      port: seat.port,
      onOpen: () => talk.begin(socket),
      onText: (buffer, from, to) => {
        const sequence = sequenceIn(buffer, from, to);
        if (sequence >= 0) handlers.onEvent(sequence, to - from);
        else talk.hear(socket, buffer.toString('utf8', from, to), end);
      },
      onEnd: end,
    });
  });
}

interface Talk {
  begin(socket: LeanSocket): void;
  /** Takes a message that carries no event. */
  hear(socket: LeanSocket, text: string, fail: (why: string) => void): void;
}

type Speaker = (seat: Seat, saidAll: () => void) => { path: string; protocol?: string; talk: Talk };

const DIALOGUES: Readonly<Record<Dialogue, Speaker>> = {
  raw: ({ topic }, saidAll) => ({
    path: `/?topic=${encodeURIComponent(topic)}`,
    talk: { begin: saidAll, hear: (_socket, text, fail) => fail(`"${text}" is no event`) },
  }),

  /** Engine.IO 4 over WebSocket alone: 0 open, 2 ping, 40 connect, 44 refused, 42 event. */
  'socket.io': ({ topic }, saidAll) => ({
    path: '/socket.io/?EIO=4&transport=websocket',
    talk: {
      begin: () => {},
      hear: (socket, text, fail) => {
        if (text.startsWith('0')) socket.send(`40${JSON.stringify({ topic })}`);
        else if (text === '2') socket.send('3');
        else if (text.startsWith('40')) saidAll();
        else fail(`"${text}" is no event`);
      },
    },
  }),

  graphql: ({ token, operation }, saidAll) => ({
    path: '/graphql',
    protocol: 'graphql-transport-ws',
    talk: {
      begin: (socket) => {
        const payload = token ? { authorization: `Bearer ${token}` } : {};
        socket.send(JSON.stringify({ type: 'connection_init', payload }));
      },
      hear: (socket, text, fail) => {
        const { type } = JSON.parse(text) as { type: string };
        if (type === 'connection_ack') {
          socket.send(JSON.stringify({ id: randomUUID(), type: 'subscribe', payload: operation }));
          saidAll();
        } else if (type === 'ping') socket.send('{"type":"pong"}');
        else if (type !== 'pong') fail(text);
      },
    },
  }),
};
