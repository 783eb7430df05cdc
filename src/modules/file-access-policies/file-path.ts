import { badArgument } from '../../core/requests/errors.ts';

const MAX_LENGTH = 1_000;

/**
 * Reads the path of a file and gives it in the one spelling that is compared: NFC, with a slash before each part.
 * Throws BAD_USER_INPUT for one that is no plain path. `..` and its like are refused rather than worked out, because
 * what opens the file may work them out in another way.
 */
export function readPath(text: string, argument: string): string {
  const path = text.normalize('NFC');
  if (path.length > MAX_LENGTH) throw badArgument(argument, `at most ${MAX_LENGTH} characters.`);
  const fault = faultOfParts(path);
  if (fault) throw badArgument(argument, fault);
  return `/${withoutSlash(path)}`;
}

/** Says what keeps a text from being the path of a file or the pattern of one; null if nothing does. */
export function faultOfParts(path: string): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it refuses
  if (/[\u0000-\u001f\u007f\\]/.test(path)) return 'no backslash and no control character.';
  const parts = withoutSlash(path).split('/');
  return parts.some((part) => ['', '.', '..'].includes(part)) ? 'no empty part, no "." and no "..".' : null;
}

/** A slash at the beginning may be left out. */
export function withoutSlash(path: string): string {
  return path.startsWith('/') ? path.slice(1) : path;
}
