import { z } from 'zod';
import type { Clock } from '../../core/process/clock.ts';
import type { SecretCipher } from '../../core/rights/authentication.ts';

/** Long enough to download a file in several requests. */
const LIFETIME_MS = 600_000;
/** The path at which files are uploaded and downloaded. */
export const ATTACHMENTS_PATH = '/attachments';
/** The purpose to which the cipher binds a link. */
const PURPOSE = 'link to an attachment';

const content = z.object({
  userId: z.uuid(),
  sessionId: z.uuid().nullable(),
  attachmentId: z.uuid(),
  expiresAt: z.number(),
});

/** The user and the session to which a link is bound, and its file. */
export type LinkedFile = Omit<z.output<typeof content>, 'expiresAt'>;

/** A link from which a file can be downloaded for some minutes. */
export interface AttachmentLink {
  /** The path on the server. */
  readonly path: string;
  readonly expiresAt: Date;
}

/** Seals a file and its reader in a link. Nothing is stored, so requests do not use it up. */
export function attachmentLink(cipher: SecretCipher, clock: Clock, file: LinkedFile): AttachmentLink {
  const expiresAt = new Date(clock.now().getTime() + LIFETIME_MS);
  const sealed = Buffer.from(JSON.stringify({ ...file, expiresAt: expiresAt.getTime() }));
  const token = Buffer.from(cipher.encrypt(sealed, PURPOSE)).toString('base64url');
  return { path: `${ATTACHMENTS_PATH}?token=${token}`, expiresAt };
}

/** The file in the token of a link; null for one that has expired, or that this installation did not make. */
export function fileIn(cipher: SecretCipher, clock: Clock, token: string): LinkedFile | null {
  const sealed = Buffer.from(token, 'base64url');
  // A text that means the same bytes is another text.
  if (sealed.toString('base64url') !== token) return null;
  try {
    const { expiresAt, ...file } = content.parse(
      JSON.parse(Buffer.from(cipher.decrypt(sealed, PURPOSE)).toString()),
    );
    return expiresAt > clock.now().getTime() ? file : null;
  } catch {
    return null; // not made with this key
  }
}
