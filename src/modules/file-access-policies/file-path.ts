import { badArgument } from '../../core/requests/errors.ts';
import { isWellFormed, lengthOf } from '../../core/requests/read-text.ts';

const MAX_LENGTH = 1_000;

/**
 * Parses the path of a file and returns its canonical spelling: NFC, with a slash before each part. Throws
 * BAD_USER_INPUT for a path that is not plain. `.` and `..` are refused rather than resolved, because the system that
 * opens the file may resolve them in another way.
 */
export function readPath(text: string, argument: string): string {
  const path = text.normalize('NFC');
  if (lengthOf(path) > MAX_LENGTH) throw badArgument(argument, `at most ${MAX_LENGTH} characters.`);
  if (!isWellFormed(path)) throw badArgument(argument, 'no half of a character.');
  const fault = faultOfParts(path);
  if (fault) throw badArgument(argument, fault);
  return `/${withoutSlash(path)}`;
}

/** Returns the fault of a path or of a pattern of paths; null if it has none. */
export function faultOfParts(path: string): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test refuses these
  if (/[\u0000-\u001f\u007f\\]/.test(path)) return 'no backslash and no control character.';
  const parts = withoutSlash(path).split('/');
  return parts.some((part) => ['', '.', '..'].includes(part)) ? 'no empty part, no "." and no "..".' : null;
}

/** The slash at the beginning is optional. */
export function withoutSlash(path: string): string {
  return path.startsWith('/') ? path.slice(1) : path;
}
