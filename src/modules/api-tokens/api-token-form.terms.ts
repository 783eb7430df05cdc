import { createHash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

// The form of an API token: a prefix, a random text and its checksum, of letters and digits alone. So a scanner recognises
// one in code and logs without asking the server, and a double click selects all of it.

/** No access token begins with it. */
const PREFIX = 'lk_';
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** As hard to guess as a key of 256 bits. */
const RANDOM_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const FORM = new RegExp(`^${PREFIX}[0-9A-Za-z]{${RANDOM_LENGTH + CHECKSUM_LENGTH}}$`);

/** Makes the secret of an API token. */
export function newApiToken(): string {
  const random = Array.from({ length: RANDOM_LENGTH }, () => DIGITS[randomInt(DIGITS.length)]).join('');
  return `${PREFIX}${random}${checksumOf(random)}`;
}

/** Tells whether a text claims to be an API token. */
export function isApiToken(text: string): boolean {
  return text.startsWith(PREFIX);
}

/** Tells whether a text has the form and the checksum of an API token. */
export function isWellFormed(text: string): boolean {
  if (!FORM.test(text)) return false;
  const random = text.slice(PREFIX.length, -CHECKSUM_LENGTH);
  return text.endsWith(checksumOf(random));
}

/** The only form in which the secret of an API token is stored. It is random, so a fast hash is enough. */
export function hashOfApiToken(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function checksumOf(random: string): string {
  let rest = crc32(random);
  let text = '';
  for (let index = 0; index < CHECKSUM_LENGTH; index += 1) {
    text = `${DIGITS[rest % DIGITS.length]}${text}`;
    rest = Math.floor(rest / DIGITS.length);
  }
  return text;
}
