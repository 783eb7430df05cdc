import { z } from 'zod';
import type { Clock } from '../../core/process/clock.ts';
import type { SecretCipher } from '../../core/rights/authentication.ts';
import { openedSignIn, type SignIn, sealedSignIn, signInToSeal } from '../../core/rights/sealed-sign-in.ts';
import type { NamedPerson } from './named-person.ts';

/** Long enough to begin the download. */
const LIFETIME_MS = 600_000;
const PATH = '/exports/person';
/** The purpose to which the cipher binds a link. */
const PURPOSE = 'export of a person';

/** The requester of an export, and the person whom it is about. */
export interface ExportRequest {
  readonly requester: SignIn;
  readonly person: NamedPerson;
}

/** A link from which an export can be downloaded for some minutes. */
export interface ExportLink {
  /** The path on the server. */
  readonly path: string;
  readonly expiresAt: Date;
}

const content = z.object({
  requester: sealedSignIn,
  person: z.object({ kind: z.enum(['customer', 'user']), id: z.uuid() }),
  expiresAt: z.number(),
});

/** Seals a request in a link. Nothing is stored, and the link shows neither the requester nor the person. */
export function exportLink(
  cipher: SecretCipher,
  clock: Clock,
  { requester, person }: ExportRequest,
): ExportLink {
  const expiresAt = new Date(clock.now().getTime() + LIFETIME_MS);
  const sealing = { requester: signInToSeal(requester), person, expiresAt: expiresAt.getTime() };
  const sealed = Buffer.from(JSON.stringify(sealing satisfies z.input<typeof content>));
  const token = Buffer.from(cipher.encrypt(sealed, PURPOSE)).toString('base64url');
  return { path: `${PATH}?token=${token}`, expiresAt };
}

/** The request in the token of a link; null for one that has expired, or that this installation did not make. */
export function requestIn(cipher: SecretCipher, clock: Clock, token: string): ExportRequest | null {
  const sealed = Buffer.from(token, 'base64url');
  // A text that means the same bytes is another text.
  if (sealed.toString('base64url') !== token) return null;
  const read = opened(cipher, sealed);
  if (!read || read.expiresAt <= clock.now().getTime()) return null;
  return { requester: openedSignIn(read.requester), person: read.person };
}

function opened(cipher: SecretCipher, sealed: Buffer): z.output<typeof content> | null {
  try {
    return content.parse(JSON.parse(Buffer.from(cipher.decrypt(sealed, PURPOSE)).toString()));
  } catch {
    return null; // not made with this key
  }
}
