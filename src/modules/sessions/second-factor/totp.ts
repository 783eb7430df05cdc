import { generateURI, ScureBase32Plugin, verifySync } from 'otplib';

// RFC 6238 with the parameters that every authenticator app supports and `otplib` uses unless it is given others:
// SHA-1, six digits, steps of 30 seconds.

const ISSUER = 'Lockstep';
const STEP_SECONDS = 30;
/** The number of steps that the clock of an authenticator may be off: RFC 6238 advises one (section 5.2). */
const DRIFT = 1;
/** A code that looks otherwise is wrong, and `otplib` throws for it. */
const CODE = /^\d{6}$/;

/** A secret in the two forms in which an authenticator takes it. */
export interface Enrolment {
  /** In base32 (RFC 4648) without padding, to be typed. */
  readonly secret: string;
  /** The `otpauth` address, to be scanned from a QR code. */
  readonly uri: string;
}

/** Returns what an authenticator needs to hold the secret of an account. */
export function enrolmentOf(secret: Uint8Array, account: string): Enrolment {
  const typed = new ScureBase32Plugin().encode(secret);
  return { secret: typed, uri: generateURI({ issuer: ISSUER, label: account, secret: typed }) };
}

/**
 * Finds the step, counted since 1970, that a code belongs to: one around now and later than `lastStep`. Returns null
 * for a wrong or spent code. Codes are compared in constant time.
 */
export function stepOfCode(
  secret: Uint8Array,
  code: string,
  { now, lastStep }: { readonly now: Date; readonly lastStep: number },
): number | null {
  if (!CODE.test(code)) return null;
  const epoch = Math.floor(now.getTime() / 1_000);
  const current = Math.floor(epoch / STEP_SECONDS);
  const found = verifySync({
    secret,
    token: code,
    epoch,
    epochTolerance: DRIFT * STEP_SECONDS,
    // `otplib` throws for a step in the future, and there is one after the clock was set back.
    afterTimeStep: Math.min(lastStep, current + DRIFT),
  });
  return found.valid ? current + found.delta : null;
}
