import { ARGUMENT } from '../../core/requests/argument-faults.ts';
import { badArgument } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { isWellFormed, lengthOf } from '../../core/requests/read-text.ts';

const MAX_LENGTH = 1_000;

const PATH = sentences('BAD_USER_INPUT', {
  PATH_SIGNS: 'Argument "{argument}": no backslash and no control character.',
  PATH_PARTS: 'Argument "{argument}": no empty part, no "." and no "..".',
});

/**
 * Parses the path of a file and returns its canonical spelling: NFC, with a slash before each part. Throws
 * BAD_USER_INPUT for a path that is not plain. `.` and `..` are refused rather than resolved, because the system that
 * opens the file may resolve them in another way.
 */
export function readPath(text: string, argument: string): string {
  const path = text.normalize('NFC');
  if (lengthOf(path) > MAX_LENGTH)
    throw badArgument(ARGUMENT.ARGUMENT_TOO_LONG({ argument, max: MAX_LENGTH }));
  if (!isWellFormed(path)) throw badArgument(ARGUMENT.ARGUMENT_HALF_CHARACTER({ argument }));
  const fault = faultOfParts(path);
  if (fault) throw badArgument(PATH[`PATH_${fault}`]({ argument }));
  return `/${withoutSlash(path)}`;
}

/** Returns the fault of a path or of a pattern of paths; null if it has none. */
export function faultOfParts(path: string): 'SIGNS' | 'PARTS' | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test refuses these
  if (/[\u0000-\u001f\u007f\\]/.test(path)) return 'SIGNS';
  const parts = withoutSlash(path).split('/');
  return parts.some((part) => ['', '.', '..'].includes(part)) ? 'PARTS' : null;
}

/** The slash at the beginning is optional. */
export function withoutSlash(path: string): string {
  return path.startsWith('/') ? path.slice(1) : path;
}
