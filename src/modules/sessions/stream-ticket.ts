import { v4 as uuidv4 } from 'uuid';
import { z } from 'zod';
import { signInOf, type ViewerContext } from '../../core/context.ts';
import type { Clock } from '../../core/process/clock.ts';
import type { SecretCipher } from '../../core/rights/authentication.ts';
import type { Credentials } from '../../core/rights/identity.ts';
import { openedSignIn, sealedSignIn, signInToSeal } from '../../core/rights/sealed-sign-in.ts';

/** Long enough to open the stream. */
const BEGIN_MS = 60_000;
/** A stream that was cut resumes by its ticket for this time, and ends with it. */
const LIFETIME_MS = 600_000;
/** The purpose to which the cipher binds a ticket. */
const PURPOSE = 'ticket of an event stream';

/** A ticket as its client receives it. */
export interface StreamTicket {
  readonly ticket: string;
  readonly beginBy: Date;
  readonly expiresAt: Date;
}

/** The content of a ticket that has not expired. */
export interface OpenedTicket {
  readonly id: string;
  /** The sign-in of the user who asked for it, until the ticket expires. */
  readonly credentials: Credentials;
  readonly beginBy: Date;
}

const content = z.object({
  id: z.uuid(),
  ...sealedSignIn.shape,
  beginBy: z.number(),
  expiresAt: z.number(),
});

/** Seals the sign-in of the viewer in a ticket. Nothing is stored before it is used, and it shows nothing. */
export function streamTicket(ctx: ViewerContext): StreamTicket {
  const { ciphers, clock } = ctx;
  const now = clock.now().getTime();
  const sealed: z.input<typeof content> = {
    id: uuidv4(),
    ...signInToSeal(signInOf(ctx)),
    beginBy: now + BEGIN_MS,
    expiresAt: now + LIFETIME_MS,
  };
  const bytes = ciphers.streamTickets.encrypt(Buffer.from(JSON.stringify(sealed)), PURPOSE);
  return {
    ticket: Buffer.from(bytes).toString('base64url'),
    beginBy: new Date(sealed.beginBy),
    expiresAt: new Date(sealed.expiresAt),
  };
}

/** Opens a ticket; null for one that has expired, or that this installation did not make. */
export function openedTicket(cipher: SecretCipher, clock: Clock, ticket: string): OpenedTicket | null {
  const sealed = Buffer.from(ticket, 'base64url');
  // A text that means the same bytes is another text.
  if (sealed.toString('base64url') !== ticket) return null;
  const read = contentOf(cipher, sealed);
  if (!read || read.expiresAt <= clock.now().getTime()) return null;
  return {
    id: read.id,
    credentials: { ...openedSignIn(read), expiresAt: new Date(read.expiresAt) },
    beginBy: new Date(read.beginBy),
  };
}

function contentOf(cipher: SecretCipher, sealed: Buffer): z.output<typeof content> | null {
  try {
    return content.parse(JSON.parse(Buffer.from(cipher.decrypt(sealed, PURPOSE)).toString()));
  } catch {
    return null; // not made with this key
  }
}
