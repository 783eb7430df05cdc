import { z } from 'zod';

// PostgreSQL cannot store NUL in a text, and names must not contain the other control characters.
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern finds control characters
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

function text(field: string, max: number) {
  return z
    .string({ error: `${field} must be a string.` })
    .transform((value) => value.normalize('NFC').trim())
    .pipe(
      z
        .string()
        .max(max, `${field} is longer than ${max} characters.`)
        .refine((value) => !CONTROL.test(value), `${field} contains control characters.`),
    );
}

/** A non-empty text of one line. */
export function requiredText(field: string, max = 200) {
  return text(field, max).refine((value) => value !== '', `${field} must not be empty.`);
}

/** A text that may be empty; an empty one becomes null. */
export function optionalText(field: string, max = 10_000) {
  return text(field, max).transform((value) => value || null);
}

/** An e-mail address, in the one spelling that is compared and stored: NFC, lower case. */
export function emailAddress(field: string) {
  return text(field, 254)
    .transform((value) => value.toLowerCase())
    .pipe(z.email(`${field} is not an e-mail address.`));
}

const PASSWORD_MIN = 10;
const PASSWORD_MAX = 200;

/** A new password. Nothing is trimmed: every character counts. */
export function newPassword(field: string) {
  const message = `${field} needs ${PASSWORD_MIN} to ${PASSWORD_MAX} characters.`;
  return z.string({ error: message }).min(PASSWORD_MIN, message).max(PASSWORD_MAX, message);
}
