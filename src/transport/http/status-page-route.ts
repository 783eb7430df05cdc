import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Metrics } from '../../core/process/metrics.ts';
import type { Drain } from '../drain.ts';
import type { BuiltFiles } from './built-files.ts';
import { clientAddress } from './client-address.ts';
import { acceptsPages, sendBuiltPage } from './console-route.ts';
import { isKnown } from './known-etag.ts';
import { allowEveryOrigin, answerPreflight, isPreflight } from './page-cors.ts';
import type { PageLimits } from './page-limits.ts';
import { PageStream } from './page-stream.ts';
import { sendBody, sendRefusal } from './plain-answer.ts';
import { PAGE, REQUEST } from './refusals.ts';
import { pathOf } from './request-target.ts';
import { spread } from './spread.ts';

/** One form of a page, as bytes that all its readers share. */
interface Representation {
  readonly body: Buffer;
  readonly etag: string;
}

/** The forms of a page at a moment. */
interface PageView {
  readonly json: Representation;
  readonly feed: Representation;
  readonly isStale: boolean;
}

/** The status pages that are published; each function gives undefined where there is none, and throws while it cannot read. */
export interface PublishedPages {
  view(slug: string): Promise<PageView | undefined>;
  /** Sends the page to a reader, now and whenever it changes, until the returned function is called. */
  follow(slug: string, reader: PageStream): Promise<(() => void) | undefined>;
}

export interface StatusPageRouteParts {
  readonly pages: PublishedPages;
  /** The page that shows a status page to people. */
  readonly files: BuiltFiles;
  readonly limits: PageLimits;
  readonly trustedProxies: number;
  readonly drain: Drain;
  readonly metrics: Metrics;
}

/** The paths below which the status pages are. */
export const STATUS_PAGES = '/status/';

const PATH = /^\/status\/([^/]+)(?:\/(feed\.atom|events))?$/;
/** A browser that opens the address of a page is shown it; its scripts and all other readers get the JSON from there. */
const BY_ACCEPT = { vary: 'Accept' };
const JSON_TYPE = 'application/json; charset=utf-8';
const ATOM_TYPE = 'application/atom+xml; charset=utf-8';

// Readers come back at different times, so that they do not all come together after a change or a restart.
const JSON_AGE_S = { min: 10, max: 20 };
const FEED_AGE_S = { min: 60, max: 120 };
const RETRY_MS = { min: 2_000, max: 12_000 };
const RETRY_S = { min: 2, max: 12 };
/** A cache may answer with what it has for so long while it asks for the present page. */
const REVALIDATE_S = 10;

/**
 * Serves the status pages to every reader: to people as a page that follows the stream, and as JSON, as an Atom feed of
 * incidents and as a stream of changes. A slug that leads nowhere is answered alike, whatever the reason; the page for people
 * is the same at every slug, and asks for what it shows.
 */
export function statusPageRoute(
  parts: StatusPageRouteParts,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { limits, trustedProxies, metrics } = parts;
  metrics.pageReaders.read = () => limits.openStreams;
  return async (request, response) => {
    allowEveryOrigin(response);
    const ip = clientAddress(request, trustedProxies);
    if (!limits.admits(ip)) {
      metrics.pageAnswers.limited.inc();
      return refuse(response, 429, PAGE.TOO_MANY_PAGE_REQUESTS);
    }
    if (isPreflight(request)) return answerPreflight(response);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return sendRefusal(response, 405, REQUEST.ONLY_GET(), { allow: 'GET, HEAD, OPTIONS' });
    }
    try {
      await answer(parts, ip, request, response);
    } catch {
      // The pages have said why in the log.
      metrics.pageAnswers.unavailable.inc();
      if (response.headersSent) response.destroy();
      else refuse(response, 503, PAGE.PAGE_UNAVAILABLE);
    }
  };
}

function answer(
  parts: StatusPageRouteParts,
  ip: string | null,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, slug = '', part] = PATH.exec(pathOf(request)) ?? [];
  const isStream = part === 'events' && request.method === 'GET';
  if (isStream) return sendStream(parts, slug, ip, request, response);
  if (slug && part === undefined && acceptsPages(request)) {
    parts.metrics.pageAnswers.ok.inc();
    return sendBuiltPage(parts.files, 'status.html', request, response, { vary: 'Accept, Accept-Encoding' });
  }
  return sendPage(parts, slug, part === 'feed.atom', request, response);
}

async function sendPage(
  { pages, metrics }: StatusPageRouteParts,
  slug: string,
  isFeed: boolean,
  { headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const view = await pages.view(slug);
  if (!view) return refuseUnknown(response, metrics);
  const { body, etag } = isFeed ? view.feed : view.json;
  if (view.isStale) {
    metrics.pageAnswers.stale.inc();
    // A feed has no way to say that it is old, and its readers come back by themselves.
    if (isFeed) return refuse(response, 503, PAGE.PAGE_UNAVAILABLE);
    return sendBody(
      response,
      200,
      { 'content-type': JSON_TYPE, 'cache-control': 'no-store', ...BY_ACCEPT },
      body,
    );
  }
  const age = spread(isFeed ? FEED_AGE_S : JSON_AGE_S);
  const cached = {
    ...(!isFeed && BY_ACCEPT),
    etag,
    'cache-control': `public, max-age=${age}, stale-while-revalidate=${REVALIDATE_S}`,
  };
  if (isKnown(headers['if-none-match'], etag)) {
    metrics.pageAnswers.unchanged.inc();
    response.writeHead(304, cached).end();
    return;
  }
  metrics.pageAnswers.ok.inc();
  sendBody(response, 200, { 'content-type': isFeed ? ATOM_TYPE : JSON_TYPE, ...cached }, body);
}

async function sendStream(
  { pages, limits, drain, metrics }: StatusPageRouteParts,
  slug: string,
  ip: string | null,
  { headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!(await pages.view(slug))) return refuseUnknown(response, metrics);
  if (response.destroyed) return;
  const giveBack = limits.takeStream(ip);
  if (typeof giveBack === 'string') {
    metrics.pageAnswers.limited.inc();
    const isNode = giveBack === 'NODE_FULL';
    if (isNode) return refuse(response, 503, PAGE.NODE_FULL_OF_PAGE_STREAMS);
    return refuse(response, 429, (of) =>
      PAGE.TOO_MANY_PAGE_STREAMS({ ...of, max: limits.streamsPerNetwork }),
    );
  }
  const stream = new PageStream(response, headers['last-event-id']?.toString());
  const undo = [giveBack, drain.add(() => stream.end())];
  response.once('close', () => {
    for (const step of undo) step();
  });
  stream.begin(spread(RETRY_MS));
  const leave = await pages.follow(slug, stream);
  if (!leave) return stream.end();
  if (response.closed) leave();
  else undo.push(leave);
  metrics.pageAnswers.ok.inc();
}

function refuseUnknown(response: ServerResponse, metrics: Metrics): void {
  metrics.pageAnswers.not_found.inc();
  sendRefusal(response, 404, PAGE.NO_SUCH_PAGE());
}

/** Refuses for now, and says when to come back. */
function refuse(
  response: ServerResponse,
  status: number,
  fault: (params: {
    retryAfter: number;
  }) => ReturnType<typeof PAGE.PAGE_UNAVAILABLE> | ReturnType<typeof PAGE.TOO_MANY_PAGE_REQUESTS>,
): void {
  const retryAfter = spread(RETRY_S);
  sendRefusal(response, status, fault({ retryAfter }), { 'retry-after': String(retryAfter) });
}
