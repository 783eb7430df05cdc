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
  if (body.byteLength < COMPRESSED_FROM_BYTES) return body;
  response.appendHeader('vary', 'Accept-Encoding');
  const encoding = new Negotiator(response.req).encoding([...Object.keys(ENCODINGS), 'identity']);
  const compress = ENCODINGS[encoding ?? 'identity'];
  if (!encoding || !compress) return body;
  response.setHeader('content-encoding', encoding);
  return compress(body);
}
