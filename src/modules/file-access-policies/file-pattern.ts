import { faultOfParts, withoutSlash } from './file-path.ts';

export const MAX_PATTERN_LENGTH = 300;

/**
 * Patterns of paths: `?` matches one character and `*` any number of characters within a part, `**` any number of parts,
 * including none. Every other character matches itself.
 *
 * Libraries compile a pattern into a regular expression, whose backtracking takes exponential time for a pattern like
 * `*a*a*a*a*b`. This matcher backtracks only to the last star: every match that an earlier star could reach, the last
 * one reaches too. So it compares at most as many pairs of characters as the product of both lengths.
 */
export function matchesPattern(pattern: string, path: string): boolean {
  return fits(partsOf(pattern).map(charactersOf), partsOf(path).map(charactersOf), OF_PARTS);
}

/** Returns the fault of a pattern; null if it has none. */
export function faultOfPattern(pattern: string): 'SIGNS' | 'PARTS' | 'STARS' | null {
  const hasMixed = partsOf(pattern).some((part) => part.includes('**') && part !== '**');
  return faultOfParts(pattern) ?? (hasMixed ? 'STARS' : null);
}

function partsOf(path: string): string[] {
  return withoutSlash(path).split('/');
}

/** Splits a part into characters, not into UTF-16 code units: `?` matches one whole character. */
function charactersOf(part: string): string[] {
  return [...part];
}

interface Signs<Sign> {
  /** Whether a sign of a pattern matches any number of characters or parts. */
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
      // The last star takes one more, and the match continues after it.
      afterStar += 1;
      next = afterStar;
      at = star + 1;
    } else {
      return false;
    }
  }
  return pattern.slice(at).every(isStar);
}
