import { randomBytes } from 'node:crypto';
import net from 'node:net';
import { FrameReader } from './frame-reader.ts';

const TEXT = 0x81;
const PONG = 0x8a;
const MASKED = 0x80;
const LENGTH_IN_16_BITS = 126;
/** A mask of zeros leaves the bytes as they are, and is as good as any for loopback. */
const NO_MASK = [0, 0, 0, 0];

/** The address of a connection, and the handlers of its events. */
export interface LeanSocketOptions {
  readonly port: number;
  readonly path: string;
  readonly protocol?: string;
  /** The server has accepted the WebSocket. */
  onOpen(): void;
  /** A message, as the part of a buffer from `start` to `end`; good until the call returns. */
  onText(buffer: Buffer, start: number, end: number): void;
  /** Called once, when the connection has ended or failed, unless we ended it. */
  onEnd(why: string): void;
}

/** A WebSocket client that does the least that is possible; see `FrameReader`. */
export class LeanSocket {
  readonly #socket: net.Socket;
  readonly #options: LeanSocketOptions;
  #hasEnded = false;

  constructor(options: LeanSocketOptions) {
    this.#options = options;
    this.#socket = net.connect({ port: options.port, host: '127.0.0.1', noDelay: true });
    this.#socket.write(upgradeRequest(options));
    this.#socket.on('error', (error) => this.#end(error.message));
    this.#socket.on('close', () => this.#end('the connection was closed'));
    this.#readAnswer();
  }

  /** Sends a text message. */
  send(text: string): void {
    this.#write(TEXT, Buffer.from(text));
  }

  /** Stops reading. */
  pause(): void {
    this.#socket.pause();
  }

  /** Breaks the connection. */
  end(): void {
    this.#hasEnded = true;
    this.#socket.destroy();
  }

  #readAnswer(): void {
    let answer = Buffer.alloc(0);
    const reader = new FrameReader({
      onText: this.#options.onText,
      onPing: (payload) => this.#write(PONG, payload),
      onClose: (code, reason) => this.#end(`closed with ${code} ${reason}`),
    });
    const take = (bytes: Buffer): void => {
      try {
        reader.take(bytes);
      } catch (error) {
        this.#end(String(error));
      }
    };
    const read = (bytes: Buffer): void => {
      answer = Buffer.concat([answer, bytes]);
      const end = answer.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.#socket.off('data', read);
      const [status = ''] = answer.toString('latin1', 0, end).split('\r\n');
      if (!status.startsWith('HTTP/1.1 101')) {
        this.#end(`answered ${status}`);
        return;
      }
      this.#socket.on('data', take);
      this.#options.onOpen();
      if (end + 4 < answer.length) take(answer.subarray(end + 4));
    };
    this.#socket.on('data', read);
  }

  #write(head: number, payload: Buffer): void {
    const { length } = payload;
    const size =
      length < LENGTH_IN_16_BITS
        ? [MASKED | length]
        : [MASKED | LENGTH_IN_16_BITS, length >> 8, length & 0xff];
    this.#socket.write(Buffer.concat([Buffer.from([head, ...size, ...NO_MASK]), payload]));
  }

  #end(why: string): void {
    if (this.#hasEnded) return;
    this.end();
    this.#options.onEnd(why);
  }
}

function upgradeRequest({ port, path, protocol }: LeanSocketOptions): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Version: 13',
    ...(protocol ? [`Sec-WebSocket-Protocol: ${protocol}`] : []),
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}
