import { z } from 'zod';
import type { Clock } from '../../core/process/clock.ts';
import type { SecretCipher } from '../../core/rights/authentication.ts';
import { openedSignIn, type SignIn, sealedSignIn, signInToSeal } from '../../core/rights/sealed-sign-in.ts';

/** Long enough to download a file in several requests. */
const LIFETIME_MS = 600_000;
/** The path at which files are uploaded and downloaded. */
export const ATTACHMENTS_PATH = '/attachments';
/** The purpose to which the cipher binds a link. */
const PURPOSE = 'link to an attachment';

const content = z.object({
  reader: sealedSignIn,
  attachmentId: z.uuid(),
  expiresAt: z.number(),
});

/** The sign-in to which a link is bound, and its file. */
export interface LinkedFile {
  readonly reader: SignIn;
  readonly attachmentId: string;
}

/** A link from which a file can be downloaded for some minutes. */
export interface AttachmentLink {
  /** The path on the server. */
  readonly path: string;
  readonly expiresAt: Date;
}

/** Seals a file and its reader in a link. Nothing is stored, so requests do not use it up. */
export function attachmentLink(
  cipher: SecretCipher,
  clock: Clock,
  { reader, attachmentId }: LinkedFile,
): AttachmentLink {
  const expiresAt = new Date(clock.now().getTime() + LIFETIME_MS);
  const sealing = { reader: signInToSeal(reader), attachmentId, expiresAt: expiresAt.getTime() };
  const sealed = Buffer.from(JSON.stringify(sealing satisfies z.input<typeof content>));
  const token = Buffer.from(cipher.encrypt(sealed, PURPOSE)).toString('base64url');
  return { path: `${ATTACHMENTS_PATH}?token=${token}`, expiresAt };
}

/** The file in the token of a link; null for one that has expired, or that this installation did not make. */
export function fileIn(cipher: SecretCipher, clock: Clock, token: string): LinkedFile | null {
  const sealed = Buffer.from(token, 'base64url');
  // A text that means the same bytes is another text.
  if (sealed.toString('base64url') !== token) return null;
  try {
    const { expiresAt, reader, attachmentId } = content.parse(
      JSON.parse(Buffer.from(cipher.decrypt(sealed, PURPOSE)).toString()),
    );
    return expiresAt > clock.now().getTime() ? { reader: openedSignIn(reader), attachmentId } : null;
  } catch {
    return null; // not made with this key
  }
}
