import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { OpenFile } from '../../modules/attachments/attachment-downloads.ts';
import { askedRange } from './byte-range.ts';
import { contentDisposition } from './content-disposition.ts';

/** The pause after which the rights of a reader who downloads are read again. */
const ASK_MS = 5_000;
/** A client that takes its file more slowly is disconnected; it may resume. */
const MAX_DOWNLOAD_MS = 3_600_000;

/**
 * Sends a file, or the range of it that is asked for. Whatever it contains, nothing in it runs: the browser takes it for
 * what it is (`nosniff`), downloads it unless it is an image, and shows an image in a sandbox. A reader who loses the right
 * to it is cut off.
 */
export async function sendFile(
  file: OpenFile,
  { method, headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { sizeBytes, mediaType, isInline, name } = file;
  const etag = `"${file.digest}"`;
  const kept = {
    etag,
    'cache-control': 'private, no-cache',
    'accept-ranges': 'bytes',
    'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
  };
  if (headers['if-none-match']?.split(',').some((known) => known.trim().replace(/^W\//, '') === etag)) {
    response.writeHead(304, kept).end();
    return;
  }
  const asked = askedRange(headers, sizeBytes, etag);
  if (asked === 'beyond') {
    response.writeHead(416, { ...kept, 'content-range': `bytes */${sizeBytes}`, 'content-length': 0 }).end();
    return;
  }
  const range = asked === 'whole' ? { first: 0, last: sizeBytes - 1 } : asked;
  const described = {
    ...kept,
    'content-type': mediaType === 'text/plain' ? 'text/plain; charset=utf-8' : mediaType,
    'content-disposition': contentDisposition(isInline ? 'inline' : 'attachment', name),
    'content-length': range.last - range.first + 1,
    ...(asked !== 'whole' && { 'content-range': `bytes ${range.first}-${range.last}/${sizeBytes}` }),
  };
  const status = asked === 'whole' ? 200 : 206;
  if (method === 'HEAD') {
    response.writeHead(status, described).end();
    return;
  }
  const bytes = await file.read(asked === 'whole' ? undefined : range);
  const closed = new AbortController();
  const asking = setInterval(() => void closeUnlessOpen(file, closed), ASK_MS);
  response.writeHead(status, described);
  try {
    await pipeline(bytes, response, {
      signal: AbortSignal.any([closed.signal, AbortSignal.timeout(MAX_DOWNLOAD_MS)]),
    });
  } catch {
    response.destroy(); // the client misses bytes of the announced length, and may resume
  } finally {
    clearInterval(asking);
  }
}

async function closeUnlessOpen(file: OpenFile, closed: AbortController): Promise<void> {
  // While the database is unavailable the download goes its way: the next look is soon.
  if (!(await file.isOpen().catch(() => true))) closed.abort();
}
