import { z } from 'zod';
import { fold } from '../../lib/fold.ts';
import { REFUSED, refusing } from './input-faults.ts';
import { isSeen, isWellFormed, lengthOf, readEmail, readText } from './read-text.ts';

// PostgreSQL cannot store NUL in a text, and names must not contain the other control characters.
const CONTROL = /(?![\t\n\r])\p{Cc}/u;
const LINE_BREAK = /[\n\r\u2028\u2029]/;

/**
 * The number of times that a fold may be longer than its text: a ligature can fold into 18 letters, and an entry of an
 * index has room for 2,700 bytes.
 */
export const MAX_UNFOLDING = 3;

/** Checks a text and reads it into its one spelling. */
function text(max: number, read: (text: string) => string = readText) {
  return z
    .custom<string>((value) => typeof value === 'string', { ...refusing(REFUSED.NO_TEXT()), abort: true })
    .refine(isWellFormed, { ...refusing(REFUSED.HALF_CHARACTER()), abort: true })
    .transform(read)
    .pipe(
      z
        .string()
        .refine((value) => lengthOf(value) <= max, refusing(REFUSED.TOO_LONG({ max })))
        .refine((value) => !hasControls(value), refusing(REFUSED.CONTROL_CHARACTERS())),
    );
}

/** Whether a text contains control characters other than tabs and line breaks. */
export function hasControls(value: string): boolean {
  return CONTROL.test(value);
}

/** A text that shows something; of one line, unless it `hasLines`. */
export function requiredText(max = 200, { hasLines = false, read = readText } = {}) {
  const maxUnfolded = MAX_UNFOLDING * max;
  return text(max, read)
    .refine((value) => value !== '', { ...refusing(REFUSED.EMPTY()), abort: true })
    .refine(isSeen, { ...refusing(REFUSED.UNSEEN()), abort: true })
    .refine((value) => hasLines || !LINE_BREAK.test(value), refusing(REFUSED.SEVERAL_LINES()))
    .refine(
      (value) => lengthOf(fold(value)) <= maxUnfolded,
      refusing(REFUSED.TOO_LONG_UNFOLDED({ max: maxUnfolded })),
    );
}

/** A text that may be empty; an empty one becomes null. */
export function optionalText(max = 10_000) {
  return text(max).transform((value) => (isSeen(value) ? value : null));
}

// The characters of an unquoted local part (RFC 5322, dot-atom), and the labels of a domain in its ASCII form.
const LOCAL_PART = /^(?!.{65})[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;

/** An e-mail address, in the one spelling that is compared and stored. */
export function emailAddress() {
  return text(254, readEmail).refine(isEmail, refusing(REFUSED.NO_ADDRESS()));
}

function isEmail(address: string): boolean {
  const at = address.lastIndexOf('@');
  return LOCAL_PART.test(address.slice(0, Math.max(at, 0))) && DOMAIN.test(address.slice(at + 1));
}

const PASSWORD_MIN = 10;
const PASSWORD_MAX = 200;

/** A new password. Nothing is trimmed: every character counts. */
export function newPassword() {
  const isFitting = (value: string) => lengthOf(value) >= PASSWORD_MIN && lengthOf(value) <= PASSWORD_MAX;
  const fault = REFUSED.PASSWORD_LENGTH({ min: PASSWORD_MIN, max: PASSWORD_MAX });
  return z
    .string()
    .refine(isWellFormed, refusing(REFUSED.HALF_CHARACTER()))
    .refine(isFitting, refusing(fault));
}
