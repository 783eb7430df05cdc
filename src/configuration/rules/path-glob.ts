/** The most characters of a glob, and so of its segments. */
export const MAX_GLOB_CHARACTERS = 100;

const SEGMENT = /^[A-Za-z0-9_-]+$/;

/**
 * Tells whether a text is a glob over paths: segments between dots, each a name, `*` for any one segment, or `**` for any
 * number of segments, none included.
 */
export function isPathGlob(text: string): boolean {
  return (
    text.length <= MAX_GLOB_CHARACTERS &&
    text.split('.').every((segment) => segment === '*' || segment === '**' || SEGMENT.test(segment))
  );
}

/**
 * Tells whether a glob matches a path. It is no regular expression: its cost is the product of both numbers of segments,
 * however many `**` the glob has.
 */
export function matchesPath(glob: string, path: string): boolean {
  const names = path.split('.');
  // Whether the segments of the glob so far match the first names, by the number of these.
  let matched = [true, ...names.map(() => false)];
  for (const segment of glob.split('.')) {
    const next = names.map(() => false);
    if (segment === '**') {
      const first = matched.indexOf(true);
      matched = matched.map((_, count) => first >= 0 && count >= first);
    } else {
      matched = [
        false,
        ...next.map((_, at) => matched[at] === true && (segment === '*' || segment === names[at])),
      ];
    }
  }
  return matched.at(-1) === true;
}
