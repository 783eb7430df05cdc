import { z } from 'zod';
import { fold } from '../../lib/fold.ts';
import { isSeen, isWellFormed, lengthOf, readEmail, readText } from './read-text.ts';

// PostgreSQL cannot store NUL in a text, and names must not contain the other control characters.
const CONTROL = /(?![\t\n\r])\p{Cc}/u;
const LINE_BREAK = /[\n\r\u2028\u2029]/;

/** A ligature can fold into 18 letters, and an entry of an index has room for 2,700 bytes. */
const MAX_UNFOLDING = 3;

/** Checks a text and reads it into its one spelling. */
function text(field: string, max: number, read: (text: string) => string = readText) {
  return z
    .string({ error: `${field} must be a string.` })
    .refine(isWellFormed, { error: `${field} contains half a character.`, abort: true })
    .transform(read)
    .pipe(
      z
        .string()
        .refine((value) => lengthOf(value) <= max, `${field} is longer than ${max} characters.`)
        .refine((value) => !CONTROL.test(value), `${field} contains control characters.`),
    );
}

/** A text that shows something; of one line, unless it `hasLines`. */
export function requiredText(field: string, max = 200, { hasLines = false, read = readText } = {}) {
  return text(field, max, read)
    .refine((value) => value !== '', { error: `${field} must not be empty.`, abort: true })
    .refine(isSeen, { error: `${field} must show something.`, abort: true })
    .refine((value) => hasLines || !LINE_BREAK.test(value), `${field} must be one line.`)
    .refine(
      (value) => lengthOf(fold(value)) <= MAX_UNFOLDING * max,
      `${field} is longer than ${MAX_UNFOLDING * max} characters with its ligatures written out.`,
    );
}

/** A text that may be empty; an empty one becomes null. */
export function optionalText(field: string, max = 10_000) {
  return text(field, max).transform((value) => (isSeen(value) ? value : null));
}

// The characters of an unquoted local part (RFC 5322, dot-atom), and the labels of a domain in its ASCII form.
const LOCAL_PART = /^(?!.{65})[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;

/** An e-mail address, in the one spelling that is compared and stored. */
export function emailAddress(field: string) {
  return text(field, 254, readEmail).refine(isEmail, `${field} is not an e-mail address.`);
}

function isEmail(address: string): boolean {
  const at = address.lastIndexOf('@');
  return LOCAL_PART.test(address.slice(0, Math.max(at, 0))) && DOMAIN.test(address.slice(at + 1));
}

const PASSWORD_MIN = 10;
const PASSWORD_MAX = 200;

/** A new password. Nothing is trimmed: every character counts. */
export function newPassword(field: string) {
  const message = `${field} needs ${PASSWORD_MIN} to ${PASSWORD_MAX} characters.`;
  return z
    .string({ error: message })
    .refine(isWellFormed, `${field} contains half a character.`)
    .refine((value) => lengthOf(value) >= PASSWORD_MIN && lengthOf(value) <= PASSWORD_MAX, message);
}
