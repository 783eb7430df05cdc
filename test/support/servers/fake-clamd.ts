import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';

/** The text that every scanner takes for malware (EICAR), in two parts so that no scanner takes this file for it. */
export const EICAR = `X5O!P%@AP[4\\PZX54(P^)7CC)7}$${'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'}`;

/** A server that speaks the INSTREAM command of clamd over TCP. */
export class FakeClamd {
  /** The sizes of the files that were scanned. */
  readonly scanned: number[] = [];
  /** Whether it closes connections without an answer. */
  isBroken = false;
  /** The largest file that it accepts. */
  maxBytes = Number.POSITIVE_INFINITY;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = createServer((socket) => void this.#serve(socket).catch(() => socket.destroy()));
  }

  static async start(): Promise<FakeClamd> {
    const clamd = new FakeClamd();
    clamd.#server.listen(0, '127.0.0.1');
    await once(clamd.#server, 'listening');
    return clamd;
  }

  get url(): string {
    return `tcp://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(socket: Socket): Promise<void> {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    if (this.isBroken) return void socket.destroy();
    let unread = Buffer.alloc(0);
    let command: string | null = null;
    const file: Buffer[] = [];
    for await (const chunk of socket) {
      unread = Buffer.concat([unread, chunk]);
      const end = unread.indexOf(0);
      if (command === null && end >= 0) {
        command = unread.subarray(0, end).toString();
        unread = unread.subarray(end + 1);
        if (command !== 'zINSTREAM') return void socket.end('UNKNOWN COMMAND\0');
      }
      while (command !== null && unread.length >= 4) {
        const length = unread.readUInt32BE();
        if (length === 0) return void socket.end(this.#answer(Buffer.concat(file)));
        if (unread.length < 4 + length) break;
        file.push(unread.subarray(4, 4 + length));
        unread = unread.subarray(4 + length);
        const size = file.reduce((sum, part) => sum + part.length, 0);
        if (size > this.maxBytes) return void socket.end('INSTREAM size limit exceeded. ERROR\0');
      }
    }
  }

  #answer(file: Buffer): string {
    this.scanned.push(file.length);
    return file.includes(EICAR) ? 'stream: Win.Test.EICAR_HDB-1 FOUND\0' : 'stream: OK\0';
  }
}
