import { badArgument } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { type PageArgs, pageSize, readEdges } from '../../graph/pages/keyset.ts';
import type { SeqRange } from './audit-entries.ts';
import type { AuditEntry } from './audit-entry.ts';

const PAGE = sentences('BAD_USER_INPUT', {
  CURSOR_OF_ANOTHER_LIST: 'Argument "{argument}": is not a cursor of this list.',
});

// The log is paged by the number of the change, newest first. Numbers are unique, so new changes do not shift pages.

/** The lists that are paged by it, as their cursors name them: the audit log and the activity feed. */
type SeqList = 'seq' | 'activity';

/** Computes the range of the feed that a page needs; throws BAD_USER_INPUT for an invalid size or cursor. */
export function seqRangeOf(args: PageArgs, list: SeqList = 'seq'): SeqRange {
  const { after, before } = readEdges(args, (argument, cursor) => decode(argument, cursor, list));
  return {
    below: after,
    above: before,
    take: pageSize(args) + 1,
    end: args.last == null ? 'NEWEST' : 'OLDEST',
  };
}

/** Makes the cursor of an entry in the list. */
export function listCursorOf({ change }: AuditEntry, list: SeqList = 'seq'): string {
  return cursorAtSeq(change.seq, list);
}

/** Makes the cursor of a place in the list. */
export function cursorAtSeq(seq: number, list: SeqList): string {
  return Buffer.from(JSON.stringify([list, seq])).toString('base64url');
}

function decode(argument: string, cursor: string, list: SeqList): number {
  const text = Buffer.from(cursor, 'base64url').toString();
  const [, of, digits] = /^\["(\w+)",(\d{1,15})\]$/.exec(text) ?? [];
  const seq = of === list ? Number(digits) : Number.NaN;
  if (Number.isNaN(seq)) throw badArgument(PAGE.CURSOR_OF_ANOTHER_LIST({ argument }));
  return seq;
}
