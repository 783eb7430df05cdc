import { z } from 'zod';
import type { Credentials } from './identity.ts';

/** A sign-in by which its user is asked for again, until it ends. */
export type SignIn = Omit<Credentials, 'expiresAt'>;

/** The sign-in that a link or a ticket is bound to: all of it, so that the link ends with the sign-in. */
export const sealedSignIn = z.object({
  userId: z.uuid(),
  sessionId: z.uuid().nullable(),
  secretNumber: z.int().optional(),
  outside: z
    .object({
      issuer: z.string(),
      subject: z.string(),
      sid: z.string().nullable(),
      issuedAt: z.number().nullable(),
      clientId: z.string(),
      authenticatedAt: z.number().nullable(),
      hasSecondFactor: z.boolean(),
    })
    .nullable(),
});

/** The content to seal for a sign-in. */
export function signInToSeal({
  userId,
  sessionId,
  secretNumber,
  outside,
}: SignIn): z.input<typeof sealedSignIn> {
  return {
    userId,
    sessionId,
    ...(secretNumber !== undefined && { secretNumber }),
    outside: outside
      ? {
          ...outside,
          issuedAt: outside.issuedAt?.getTime() ?? null,
          authenticatedAt: outside.authenticatedAt?.getTime() ?? null,
        }
      : null,
  };
}

/** The sign-in that was sealed. */
export function openedSignIn({
  userId,
  sessionId,
  secretNumber,
  outside,
}: z.output<typeof sealedSignIn>): SignIn {
  return {
    userId,
    sessionId,
    ...(secretNumber !== undefined && { secretNumber }),
    ...(outside && {
      outside: {
        ...outside,
        issuedAt: timeOf(outside.issuedAt),
        authenticatedAt: timeOf(outside.authenticatedAt),
      },
    }),
  };
}

function timeOf(milliseconds: number | null): Date | null {
  return milliseconds === null ? null : new Date(milliseconds);
}
