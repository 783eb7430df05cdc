import { badArgument } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { type PageArgs, pageSize, readEdges } from '../../graph/pages/keyset.ts';
import type { SeqRange } from './audit-entries.ts';
import type { AuditEntry } from './audit-entry.ts';

const PAGE = sentences('BAD_USER_INPUT', {
  CURSOR_OF_ANOTHER_LIST: 'Argument "{argument}": is not a cursor of this list.',
});

// The log is paged by the number of the change, newest first. Numbers are unique, so new changes do not shift pages.

/** Computes the range of the feed that a page needs; throws BAD_USER_INPUT for an invalid size or cursor. */
export function seqRangeOf(args: PageArgs): SeqRange {
  const { after, before } = readEdges(args, decode);
  return {
    below: after,
    above: before,
    take: pageSize(args) + 1,
    end: args.last == null ? 'NEWEST' : 'OLDEST',
  };
}

/** Makes the cursor of an entry in the list. */
export function listCursorOf({ change }: AuditEntry): string {
  return Buffer.from(JSON.stringify(['seq', change.seq])).toString('base64url');
}

function decode(argument: string, cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString();
  const seq = Number(/^\["seq",(\d{1,15})\]$/.exec(text)?.[1]);
  if (Number.isNaN(seq)) throw badArgument(PAGE.CURSOR_OF_ANOTHER_LIST({ argument }));
  return seq;
}
