import { createHash, randomBytes } from 'node:crypto';

const BYTES = 32;
const FORM = /^[\w-]{43}$/;

/** Makes the token of a link in an e-mail. It is the part of the link after `#`, which no server and no scanner of e-mails receives. */
export function newLinkToken(): string {
  return randomBytes(BYTES).toString('base64url');
}

/** The only form in which the token of a link is stored. It is random, so a fast hash is enough. Null: it is no token. */
export function hashOfLinkToken(token: string): string | null {
  return FORM.test(token) ? createHash('sha256').update(token).digest('base64url') : null;
}
