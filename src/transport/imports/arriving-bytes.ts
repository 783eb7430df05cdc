import type { IncomingMessage } from 'node:http';

/** A client that sends nothing for so long is disconnected. */
const SILENCE_MS = 15_000;
/** The time for the first bytes, and what a slow link needs for each further one. */
const FIRST_MS = 60_000;
const SLOWEST_BYTES_PER_MS = 16;

/** Tells that a client has sent its file too slowly. */
export class FileTooSlow extends Error {
  override readonly name = 'FileTooSlow';
}

/**
 * The bytes of a file as they arrive. Throws FileTooSlow if the client is silent or too slow. Only the time counts in which
 * this waits for the client: it is not to blame while what has arrived is stored.
 */
export async function* arrivingBytes(request: IncomingMessage): AsyncGenerator<Buffer> {
  // The answer to a file that is refused half-way still needs the connection.
  const chunks: AsyncIterator<Buffer> = request.iterator({ destroyOnReturn: false });
  let received = 0;
  let waited = 0;
  for (;;) {
    const began = performance.now();
    const left = FIRST_MS + received / SLOWEST_BYTES_PER_MS - waited;
    const next = await inTime(chunks.next(), Math.min(SILENCE_MS, left));
    if (next.done) return;
    waited += performance.now() - began;
    received += next.value.length;
    let isRead = false;
    try {
      yield next.value;
      isRead = true;
    } finally {
      if (!isRead) await chunks.return?.();
    }
  }
}

async function inTime<Value>(coming: Promise<Value>, ms: number): Promise<Value> {
  let late: NodeJS.Timeout | undefined;
  const tooSlow = new Promise<never>((_resolve, reject) => {
    late = setTimeout(() => reject(new FileTooSlow()), ms);
  });
  try {
    return await Promise.race([coming, tooSlow]);
  } finally {
    clearTimeout(late);
  }
}
