import { createHash } from 'node:crypto';
import { contentOf, uptimesOf } from './page-content.ts';
import { atomOf } from './page-feed.ts';
import type { PageRows } from './page-rows.ts';

/** One form of a page, as bytes that all its readers share. */
export interface Representation {
  readonly body: Buffer;
  /** Strong: it changes exactly with the body, and is the same on every node. */
  readonly etag: string;
}

/** The forms of a page at a moment. */
export interface PageView {
  readonly json: Representation;
  readonly feed: Representation;
  /** The page has everything that happened until then. */
  readonly asOf: Date;
  /** The node cannot see whether the page has changed since. */
  readonly isStale: boolean;
  /** The page as an event of a stream. Its id changes with what is shown, and not with the time alone. */
  readonly event: Buffer;
  readonly eventId: string;
}

/** Makes the forms of a page from its rows. */
export function viewOf(rows: PageRows, asOf: Date, isStale: boolean): PageView {
  const content = contentOf(rows, asOf);
  const { id, name, status, ...others } = content;
  const page = { id, name, status, asOf, stale: isStale, ...others, uptime: uptimesOf(rows, asOf) };
  const json = JSON.stringify(page);
  const eventId = digest(JSON.stringify([content, isStale]));
  return {
    json: represented(json),
    feed: represented(atomOf(content, asOf)),
    asOf,
    isStale,
    event: Buffer.from(`event: status\nid: ${eventId}\ndata: ${json}\n\n`),
    eventId,
  };
}

function represented(text: string): Representation {
  return { body: Buffer.from(text), etag: `"${digest(text)}"` };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 27);
}
