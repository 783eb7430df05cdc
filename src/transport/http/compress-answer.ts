import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, gzip, constants as zlib } from 'node:zlib';
import Negotiator from 'negotiator';

const toBrotli = promisify(brotliCompress);
const toGzip = promisify(gzip);

/** A smaller answer is a few packets anyway. */
const COMPRESSED_FROM_BYTES = 8_192;

/** Each with the level at which a megabyte of JSON takes about ten milliseconds, of a thread that runs beside JavaScript. */
const ENCODINGS: Readonly<Record<string, (body: Buffer) => Promise<Buffer>>> = {
  br: (body) => toBrotli(body, { params: { [zlib.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: (body) => toGzip(body, { level: 4 }),
};

/**
 * Compresses a large answer as its client accepts it (RFC 9110, 12.5.3), and sets the headers that say so. The attacks
 * that guess a secret by the size of an answer (BREACH) do not apply: a browser adds no credential to what another page
 * requests.
 */
export async function compressAnswer(body: Buffer, response: ServerResponse): Promise<Buffer> {
  const compress = compressionFor(body, response);
  return compress ? compress(body) : body;
}

/** Compresses a body that many answers send: once for each encoding, however many clients ask for it. */
export class SharedBody {
  readonly #body: Buffer;
  readonly #compressed = new Map<unknown, Promise<Buffer>>();

  constructor(body: Buffer) {
    this.#body = body;
  }

  /** The body as the client of the answer accepts it; sets the headers that say so. */
  async for(response: ServerResponse): Promise<Buffer> {
    const compress = compressionFor(this.#body, response);
    if (!compress) return this.#body;
    const compressed = this.#compressed.get(compress) ?? compress(this.#body);
    this.#compressed.set(compress, compressed);
    return compressed;
  }
}

function compressionFor(body: Buffer, response: ServerResponse) {
  if (body.byteLength < COMPRESSED_FROM_BYTES) return undefined;
  response.appendHeader('vary', 'Accept-Encoding');
  const encoding = new Negotiator(response.req).encoding([...Object.keys(ENCODINGS), 'identity']);
  const compress = ENCODINGS[encoding ?? 'identity'];
  if (encoding && compress) response.setHeader('content-encoding', encoding);
  return compress;
}
