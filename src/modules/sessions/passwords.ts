import { hash, verify } from '@node-rs/argon2';

/** OWASP Password Storage Cheat Sheet, Argon2id: 19 MiB, 2 passes, 1 lane. Argon2id is the library's default. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** The hash of 32 random bytes that were thrown away, at the same cost. */
export const NOBODYS_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$rrTwrr7jYHuefF1JpMRMIQ$WOlhOqAuqZh9KBNLyK6ups9lp2G7iegFRSDpy2FMNfs';

/** Hashes a password slowly and with a salt of its own; the only form in which a password is stored. */
export function hashPassword(password: string): Promise<string> {
  return hash(canonical(password), COST);
}

/**
 * Tells whether a password is the one that was hashed. Without a hash it answers no and takes as long, so that the
 * time does not tell which e-mail addresses are known.
 */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  const isRight = await verify(passwordHash ?? NOBODYS_HASH, canonical(password));
  return isRight && passwordHash !== null;
}

/** The same password typed on two keyboards may arrive as different sequences of code points. */
function canonical(password: string): string {
  return password.normalize('NFC');
}
