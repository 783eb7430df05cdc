import { z } from 'zod';
import { invalidState, notFound } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { refusing } from '../../core/requests/input-faults.ts';
import { checkedText } from '../../core/requests/input-fields.ts';
import type { ConsentPurpose } from '../../generated/prisma/client.ts';

const LANGUAGE = sentences('INVALID_INPUT', {
  NO_LANGUAGE: '"{field}" must be a language tag of BCP 47, e.g. en or de-CH.',
});

const NOTICE = sentences('INVALID_STATE', {
  OLD_NOTICE: 'The current notice is version {current}: version {given} is an older one.',
});

const MAX_LENGTH = 35; // what RFC 5646 tells applications to have room for

/** A field for the language of a text, which is stored in the canonical form of its tag. */
export function language(description: string) {
  return checkedText(description, languageTag, ['a language tag of BCP 47']);
}

function languageTag() {
  return z.string().transform((given, context) => {
    const tag = canonicalTag(given);
    if (tag !== null) return tag;
    context.addIssue({ code: 'custom', ...refusing(LANGUAGE.NO_LANGUAGE()) });
    return z.NEVER;
  });
}

function canonicalTag(given: string): string | null {
  if (given.length > MAX_LENGTH) return null;
  try {
    return Intl.getCanonicalLocales(given)[0] ?? null;
  } catch {
    return null;
  }
}

/**
 * Refuses a version of a notice that is not the current one of the purpose: throws INVALID_STATE for an older one, with
 * the current one in its params, and NOT_FOUND for one that was never published.
 */
export function requireCurrentNotice(
  { noticeVersion: current }: Pick<ConsentPurpose, 'noticeVersion'>,
  given: number,
  ...path: string[]
): void {
  if (given === current) return;
  if (current === null || given > current || given < 1) throw notFound('ConsentNotice', ...path);
  throw invalidState(NOTICE.OLD_NOTICE({ current, given }), ...path);
}
