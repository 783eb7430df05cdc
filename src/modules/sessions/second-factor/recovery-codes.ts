import { createHash, randomBytes } from 'node:crypto';
import { ScureBase32Plugin } from 'otplib';
import type { Transaction } from '../../../core/rows/transact.ts';

/** The codes of a user. */
const COUNT = 10;
/** 80 bits, so a fast hash is enough: a copy of the database leads to no code. They are 16 letters and digits. */
const BYTES = 10;
const FORM = /^[a-z2-7]{16}$/;
const GROUP = /.{4}(?=.)/g;

/**
 * Makes a locked user recovery codes in the place of all earlier ones. They are stored as hashes alone, so this is the only
 * time that they can be shown. The user has a second factor, with which they end.
 */
export async function makeRecoveryCodes({ db }: Transaction, userId: string): Promise<string[]> {
  const codes = Array.from({ length: COUNT }, () =>
    new ScureBase32Plugin().encode(randomBytes(BYTES)).toLowerCase(),
  );
  await db.recoveryCode.deleteMany({ where: { userId } });
  await db.recoveryCode.createMany({ data: codes.map((code) => ({ userId, hash: hashOf(userId, code) })) });
  return codes.map((code) => code.replaceAll(GROUP, '$&-'));
}

/** Takes a recovery code of a locked user away, and says whether there was one: each is good for one use. */
export async function takeRecoveryCode({ db }: Transaction, userId: string, typed: string): Promise<boolean> {
  const code = canonical(typed);
  if (!FORM.test(code)) return false;
  const { count } = await db.recoveryCode.deleteMany({ where: { userId, hash: hashOf(userId, code) } });
  return count > 0;
}

/** Tells a recovery code from a code of an authenticator, which has six digits. */
export function looksLikeRecoveryCode(typed: string): boolean {
  return FORM.test(canonical(typed));
}

/** A code is typed in either case, with or without its hyphens. */
function canonical(typed: string): string {
  return typed.replaceAll(/[\s-]/g, '').toLowerCase();
}

function hashOf(userId: string, code: string): string {
  return createHash('sha256').update(`${userId} ${code}`).digest('base64url');
}
