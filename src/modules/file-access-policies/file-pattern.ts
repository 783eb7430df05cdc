import { faultOfParts, withoutSlash } from './file-path.ts';

export const MAX_PATTERN_LENGTH = 300;

/**
 * Patterns of paths: `?` is one character and `*` any number of them within a part, `**` any number of parts, also none.
 * Everything else means itself.
 *
 * Libraries make a regular expression of a pattern, whose backtracking takes exponential time for a pattern like
 * `*a*a*a*a*b`. Here a star that turns out too short is made longer, and only the last one: whatever an earlier one
 * could reach, the last one reaches too. So no more pairs of characters are compared than pattern times path.
 */
export function matchesPattern(pattern: string, path: string): boolean {
  return fits(partsOf(pattern).map(charactersOf), partsOf(path).map(charactersOf), OF_PARTS);
}

/** Says what keeps a text from being a pattern; null if nothing does. */
export function faultOfPattern(pattern: string): string | null {
  const hasMixed = partsOf(pattern).some((part) => part.includes('**') && part !== '**');
  return faultOfParts(pattern) ?? (hasMixed ? '"**" stands alone between slashes.' : null);
}

function partsOf(path: string): string[] {
  return withoutSlash(path).split('/');
}

/** Taken apart once: a part is compared as often as the pattern and the path have parts. */
function charactersOf(part: string): string[] {
  return [...part];
}

interface Signs<Sign> {
  /** Whether a sign of a pattern stands for any number of others. */
  readonly isStar: (sign: Sign) => boolean;
  readonly isSame: (sign: Sign, other: Sign) => boolean;
}

const OF_CHARACTERS: Signs<string> = {
  isStar: (sign) => sign === '*',
  isSame: (sign, other) => sign === '?' || sign === other,
};

const OF_PARTS: Signs<readonly string[]> = {
  isStar: (part) => part[0] === '*' && part[1] === '*',
  isSame: (part, other) => fits(part, other, OF_CHARACTERS),
};

function fits<Sign>(
  pattern: readonly Sign[],
  given: readonly Sign[],
  { isStar, isSame }: Signs<Sign>,
): boolean {
  let at = 0;
  let star = -1;
  let afterStar = 0;
  for (let next = 0; next < given.length; ) {
    const sign = pattern[at];
    if (sign !== undefined && isStar(sign)) {
      star = at;
      afterStar = next;
      at += 1;
    } else if (sign !== undefined && isSame(sign, given[next] as Sign)) {
      at += 1;
      next += 1;
    } else if (star >= 0) {
      // The last star takes one more, and what stands after it is tried again.
      afterStar += 1;
      next = afterStar;
      at = star + 1;
    } else {
      return false;
    }
  }
  return pattern.slice(at).every(isStar);
}
