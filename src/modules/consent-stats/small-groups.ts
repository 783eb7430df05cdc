// The one rule about groups of few subjects (docs/decisions/0047). Every count of consents passes through it.
//
// A viewer that may list the consents receives exact counts: it could count them itself. Any other viewer receives no
// count under ten, not even zero, and larger ones rounded down to tens: each stands for ten possible numbers, so the
// subtraction of two, of a total and its parts or of two times, reveals no smaller group. Its counts are of whole days,
// weeks and months that are over. If it could choose an end, or watch a count live, it would see the moment at which a
// count steps, and so what one subject did.

/** The least number of subjects in a group whose count is published. */
export const LEAST_SUBJECTS = 10;

/** Why a count is hidden. */
export type HiddenReason = 'SMALL_GROUP' | 'INTERVAL_NOT_OVER';

/** The number of subjects in a group, as a viewer receives it. */
export interface SubjectCount {
  /** Null if it is hidden. */
  readonly count: number | null;
  readonly isRounded: boolean;
  readonly hiddenReason: HiddenReason | null;
}

/** A count as one viewer receives it; `isOver` tells whether nothing can change it any more. */
export function countFor(mayCount: boolean, count: number, isOver = true): SubjectCount {
  if (mayCount) return { count, isRounded: false, hiddenReason: null };
  if (!isOver) return hidden('INTERVAL_NOT_OVER');
  if (count < LEAST_SUBJECTS) return hidden('SMALL_GROUP');
  return { count: count - (count % LEAST_SUBJECTS), isRounded: true, hiddenReason: null };
}

function hidden(hiddenReason: HiddenReason): SubjectCount {
  return { count: null, isRounded: false, hiddenReason };
}
