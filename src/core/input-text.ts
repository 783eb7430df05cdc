import { z } from 'zod';

// PostgreSQL cannot store NUL in a text, and the other control characters have no place in a name.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it refuses
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

/** A text of one line that must not be empty. */
export function requiredText(field: string, max = 200) {
  return text(field, max).refine((value) => value !== '', `${field} must not be empty.`);
}

/** A text that may be left empty; an empty one becomes null. */
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

/** A password that is about to be set. Nothing is trimmed: every character of it counts. */
export function newPassword(field: string) {
  const message = `${field} needs ${PASSWORD_MIN} to ${PASSWORD_MAX} characters.`;
  return z.string({ error: message }).min(PASSWORD_MIN, message).max(PASSWORD_MAX, message);
}
