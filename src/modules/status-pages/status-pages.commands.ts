import { z } from 'zod';
import { sentences } from '../../core/requests/fault.ts';
import { updateInput } from '../../core/requests/input.ts';
import { checkedText, optional } from '../../core/requests/input-fields.ts';
import { updateCommand } from '../../db/input-commands.ts';
import { tenants } from '../tenants/tenants.access.ts';

// Invariants of this room: a tenant has a public page exactly while it is active and has a slug for it; no two pages have
// the same slug; what the page shows is in page-content.ts, and nothing else of the tenant is ever public.

const SLUG = sentences('INVALID_INPUT', {
  NO_PAGE_SLUG:
    '"{field}" needs 3 to 63 of a-z, 0-9 and hyphens, and begins and ends with a letter or a digit.',
  PAGE_SLUG_RESERVED: '"{field}" is reserved.',
});

/** Slugs that would look like a part of the server, or like a page of its operator. */
const RESERVED: readonly string[] = [
  'admin',
  'api',
  'assets',
  'events',
  'feed',
  'graphql',
  'health',
  'incidents',
  'index',
  'lockstep',
  'metrics',
  'null',
  'platform',
  'robots',
  'static',
  'status',
  'support',
  'undefined',
  'www',
];

/** The label of a host name has the same form, so a page can be given a host of its own. */
const FORM = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

function pageSlug(): z.ZodType<string, string> {
  return z.string().check(({ value, issues }) => {
    const fault = refusalOf(value);
    if (fault) issues.push({ code: 'custom', input: value, message: fault.sentence, params: { fault } });
  });
}

function refusalOf(slug: string) {
  if (!FORM.test(slug)) return SLUG.NO_PAGE_SLUG();
  return RESERVED.includes(slug) ? SLUG.PAGE_SLUG_RESERVED() : null;
}

export const statusPageInput = updateInput({
  statusPageSlug: optional(
    checkedText('Name in the URL of the page, unique among the pages of all tenants', pageSlug, [
      '3 to 63 of `a-z`, `0-9` and hyphens',
    ]),
  ),
});

/**
 * Publishes the status page of a tenant, moves it to another slug, or withdraws it; throws UserErrors for a bad or
 * reserved slug, one that another page has, no such tenant, or an old version.
 */
export const updateStatusPage = updateCommand(tenants, statusPageInput, (_tx, data) => data);
