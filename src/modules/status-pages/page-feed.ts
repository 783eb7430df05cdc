import { startOfDays } from '../services/uptime.terms.ts';
import type { PageContent } from './page-content.ts';
import { UPTIME_DAYS } from './page-rows.ts';

/**
 * Writes the incidents of a page as an Atom feed (RFC 4287), an entry for each. Ids and times follow from the public rows
 * alone, so they are the same on every node and for ever; `updated` moves with each public update and with nothing else.
 */
export function atomOf({ id, name, incidents }: PageContent, asOf: Date): string {
  const entries = incidents.map((incident) => ({ ...incident, updated: lastPost(incident) }));
  const updated = entries
    .map((entry) => entry.updated)
    .toSorted()
    .at(-1);
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom">',
    `<id>urn:uuid:${id}</id>`,
    '<link rel="self" href="feed.atom"/>',
    `<title>${escaped(name)}</title>`,
    `<author><name>${escaped(name)}</name></author>`,
    `<updated>${updated ?? startOfDays(asOf, UPTIME_DAYS).toISOString()}</updated>`,
    ...entries.map((entry) =>
      [
        '<entry>',
        `<id>urn:uuid:${entry.id}</id>`,
        `<title>${escaped(entry.title)}</title>`,
        `<published>${entry.updates.map(({ postedAt }) => postedAt).toSorted()[0]}</published>`,
        `<updated>${entry.updated}</updated>`,
        `<category term="${entry.status}"/>`,
        `<content type="text">${escaped(timelineOf(entry))}</content>`,
        '</entry>',
      ].join('\n'),
    ),
    '</feed>',
    '',
  ].join('\n');
}

type ShownIncident = PageContent['incidents'][number];

function lastPost({ updates }: ShownIncident): string {
  return (
    updates
      .map(({ postedAt }) => postedAt)
      .toSorted()
      .at(-1) ?? ''
  );
}

function timelineOf({ updates }: ShownIncident): string {
  return updates.map(({ occurredAt, status, message }) => `${occurredAt} ${status}\n${message}`).join('\n\n');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** XML 1.0 cannot hold some control characters, nor halves of pairs, not even escaped. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"']/g, (character: string) => ENTITIES[character] ?? character);
}
