import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type AdmitUser, type LinkRate, refuseForRate } from './link-rate.ts';
import { sendRefusal } from './plain-answer.ts';
import { EXPORT, REQUEST } from './refusals.ts';

/** An export that is about to be downloaded. */
interface Download {
  /** The user for whom it is. */
  readonly userId: string;
  readonly fileName: string;
  /** The lines of the file, some at a time; reads no further than its reader, and throws once `signal` is aborted. */
  lines(signal: AbortSignal): AsyncIterable<string>;
}

/**
 * Opens the export that a link leads to, after it has called `admit` with the user of the link; gives null for a link that
 * leads to none, or no longer.
 */
export interface Exports {
  open(token: string, admit: AdmitUser): Promise<Download | null>;
}

/** A client that takes its export more slowly is disconnected. */
const MAX_DOWNLOAD_MS = 600_000;
const RETRY_S = 5;

/**
 * Serves exports of persons to the clients with a link, one at a time for each user. All links that lead to nothing get one
 * answer. A download that is cut lacks the last line, which has the number of the others.
 */
export function exportRoute(
  exports: Exports,
  rate: LinkRate,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const running = new Set<string>();
  return async (request, response) => {
    const { method } = request;
    if (method !== 'GET' && method !== 'HEAD') {
      return sendRefusal(response, 405, REQUEST.ONLY_GET(), { allow: 'GET, HEAD' });
    }
    let download: Download | null;
    try {
      download = await exports.open(tokenOf(request), rate.admit(request));
    } catch (error) {
      return refuseForRate(error, response);
    }
    if (!download) return sendRefusal(response, 404, EXPORT.NO_SUCH_EXPORT());
    const { userId, fileName } = download;
    if (running.has(userId)) {
      const fault = EXPORT.EXPORT_RUNS({ retryAfter: RETRY_S });
      return sendRefusal(response, 503, fault, { 'retry-after': String(RETRY_S) });
    }
    response.writeHead(200, {
      'content-type': 'application/x-ndjson; charset=utf-8',
      'content-disposition': `attachment; filename="${fileName}"`,
      'cache-control': 'no-store',
    });
    if (method === 'HEAD') {
      response.end();
      return;
    }
    running.add(userId);
    await send(download, response).finally(() => running.delete(userId));
  };
}

async function send(download: Download, response: ServerResponse): Promise<void> {
  const left = new AbortController();
  response.once('close', () => left.abort());
  const signal = AbortSignal.any([left.signal, AbortSignal.timeout(MAX_DOWNLOAD_MS)]);
  try {
    await pipeline(download.lines(signal), response, { signal });
  } catch {
    response.destroy(); // the export has said why in the log; the client misses the last line
  }
}

function tokenOf({ url = '' }: IncomingMessage): string {
  return new URLSearchParams(url.split('?')[1]).get('token') ?? '';
}
