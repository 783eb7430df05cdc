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
    const stream = new Instream();
    for await (const chunk of socket) {
      stream.add(chunk);
      if (stream.command !== null && stream.command !== 'zINSTREAM')
        return void socket.end('UNKNOWN COMMAND\0');
      if (stream.size > this.maxBytes) return void socket.end('INSTREAM size limit exceeded. ERROR\0');
      if (stream.isEnded) return void socket.end(this.#answer(stream.file));
    }
  }

  #answer(file: Buffer): string {
    this.scanned.push(file.length);
    return file.includes(EICAR) ? 'stream: Win.Test.EICAR_HDB-1 FOUND\0' : 'stream: OK\0';
  }
}

/** Reads a command, and then chunks with their lengths before them until an empty one. */
class Instream {
  command: string | null = null;
  isEnded = false;
  size = 0;
  #unread: Buffer = Buffer.alloc(0);
  readonly #chunks: Buffer[] = [];

  get file(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  add(data: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, data]);
    if (this.command === null) {
      const end = this.#unread.indexOf(0);
      if (end < 0) return;
      this.command = this.#unread.subarray(0, end).toString();
      this.#unread = this.#unread.subarray(end + 1);
    }
    while (!this.isEnded && this.#takeChunk());
  }

  /** Takes the next chunk; false if it is not there as a whole. */
  #takeChunk(): boolean {
    if (this.#unread.length < 4) return false;
    const length = this.#unread.readUInt32BE();
    if (this.#unread.length < 4 + length) return false;
    this.isEnded = length === 0;
    this.#chunks.push(this.#unread.subarray(4, 4 + length));
    this.size += length;
    this.#unread = this.#unread.subarray(4 + length);
    return true;
  }
}
