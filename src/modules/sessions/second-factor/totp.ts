import { createHmac, timingSafeEqual } from 'node:crypto';

// RFC 6238 with the parameters that every authenticator app takes for granted; many ignore any others.
const STEP_MS = 30_000;
const DIGITS = 6;
/** How many steps the clock of an authenticator may be off: the RFC advises one (section 5.2). */
const DRIFT = 1;

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Tells the step, of 30 seconds each since 1970, that a time is in. */
export function stepAt(time: Date): number {
  return Math.floor(time.getTime() / STEP_MS);
}

/** Makes the code of one step. */
export function codeOfStep(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = mac.readUInt8(mac.length - 1) & 0x0f; // RFC 4226, section 5.3
  const number = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

/** Finds the step that a code belongs to, around now and later than `lastStep`; null for a wrong or spent code. */
export function stepOfCode(
  secret: Uint8Array,
  code: string,
  { now, lastStep }: { readonly now: Date; readonly lastStep: number },
): number | null {
  const current = stepAt(now);
  for (let step = Math.max(current - DRIFT, lastStep + 1); step <= current + DRIFT; step += 1) {
    if (isSame(codeOfStep(secret, step), code)) return step;
  }
  return null;
}

/** Writes bytes as RFC 4648 base32 without padding: what authenticators take secrets in. */
export function base32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  const quintets = bits.match(/.{1,5}/g) ?? [];
  return quintets.map((quintet) => BASE32.charAt(Number.parseInt(quintet.padEnd(5, '0'), 2))).join('');
}

/** Makes the address that an authenticator reads from a QR code. */
export function otpauthUri(secret: string, issuer: string, account: string): string {
  const label = [issuer, account].map(encodeURIComponent).join(':');
  const query = new URLSearchParams({
    secret,
    issuer,
    algorithm: 'SHA1',
    digits: String(DIGITS),
    period: String(STEP_MS / 1_000),
  });
  return `otpauth://totp/${label}?${query}`;
}

function isSame(right: string, given: string): boolean {
  const [one, other] = [Buffer.from(right), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
}
