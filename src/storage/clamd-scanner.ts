import { once } from 'node:events';
import net from 'node:net';
import type { FileScanner, ScanResult } from './file-scanner.ts';

/** The time for which clamd may take or send nothing. It scans after the last byte, which takes long for archives. */
const SILENCE_MS = 120_000;
/** The longest answer: the name of a signature. */
const MAX_ANSWER_BYTES = 4_096;

/** Asks a clamd by its command INSTREAM over TCP (clamd(8)): each chunk has its length before it, and an empty one ends. */
export class ClamdScanner implements FileScanner {
  readonly #host: string;
  readonly #port: number;

  /** `address` is a URL, e.g. `tcp://clamd:3310`. */
  constructor(address: string) {
    const { hostname, port } = new URL(address);
    this.#host = hostname.replace(/^\[|\]$/g, '');
    this.#port = Number(port || 3310);
  }

  async scan(bytes: AsyncIterable<Uint8Array>): Promise<ScanResult> {
    const socket = net.connect({ host: this.#host, port: this.#port, timeout: SILENCE_MS });
    socket.on('timeout', () => socket.destroy(new Error('clamd is silent')));
    try {
      const answered = answerOf(socket);
      // It can end while the file is still being sent: then it is thrown below.
      answered.catch(() => {});
      await once(socket, 'connect');
      await write(socket, 'zINSTREAM\0');
      for await (const chunk of bytes) {
        const length = Buffer.alloc(4);
        length.writeUInt32BE(chunk.length);
        await write(socket, length);
        // clamd answers early, and reads no further, when the file is larger than its StreamMaxLength.
        if (!(await write(socket, chunk))) break;
      }
      await write(socket, Buffer.alloc(4));
      return resultIn(await answered);
    } finally {
      socket.destroy();
    }
  }
}

/** Writes, and waits until there is room for more. False once clamd reads no further. */
async function write(socket: net.Socket, data: string | Uint8Array): Promise<boolean> {
  if (!socket.writable) return false;
  if (socket.write(data)) return true;
  // The listeners of the one that does not come are removed: a large file fills the buffer many times.
  const settled = new AbortController();
  const { signal } = settled;
  await Promise.race([once(socket, 'drain', { signal }), once(socket, 'close', { signal })]).finally(() =>
    settled.abort(),
  );
  return true;
}

async function answerOf(socket: net.Socket): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of socket) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES || chunk.includes(0)) break;
  }
  return Buffer.concat(chunks).toString().split('\0')[0]?.trim() ?? '';
}

/** Reads `stream: OK` and `stream: <signature> FOUND`; throws for everything else, e.g. `… ERROR`. */
function resultIn(answer: string): ScanResult {
  if (answer === 'stream: OK') return { isClean: true };
  const found = /^stream: (.+) FOUND$/.exec(answer);
  if (found?.[1]) return { isClean: false, signature: found[1] };
  throw new Error(`clamd gave no verdict: ${answer.slice(0, 200) || 'it closed the connection'}`);
}
