import { v7 as uuidv7 } from 'uuid';
import type { SecretCipher } from '../../core/rights/authentication.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { ConfigSecret, PrismaClient } from '../../generated/prisma/client.ts';
import type { SecretValue } from '../catalogue/secret-path.ts';

/** The secret of a path in a layer. */
type SecretPlace = Pick<ConfigSecret, 'configurationId' | 'path'>;

/** A secret that a version of a layer sets. */
export interface NewSecret extends SecretPlace {
  readonly value: SecretValue;
  readonly text: string;
}

/** Makes the value of another version of a secret. */
export function newSecretValue(): SecretValue {
  return { isSet: true, version: uuidv7() };
}

/** Keeps the secrets that a version of a layer sets, each encrypted for its layer, path and version. */
export async function keepSecrets(
  tx: Pick<Transaction, 'db' | 'now'>,
  cipher: SecretCipher,
  setById: string,
  secrets: readonly NewSecret[],
): Promise<void> {
  if (secrets.length === 0) return;
  const setAt = await tx.now();
  const data = secrets.map(({ configurationId, path, value: { version: id }, text }) => ({
    id,
    configurationId,
    path,
    sealed: cipher.encrypt(Buffer.from(text), ownerOf({ configurationId, path }, id)),
    setAt,
    setById,
  }));
  await tx.db.configSecret.createMany({ data });
}

/**
 * Reads the text of a secret, for the use that it is meant for: it is given to no client and written nowhere. A layer below
 * the one that set it uses it without having a copy. Throws if that layer never set it.
 */
export async function secretText(
  db: Pick<PrismaClient, 'configSecret'>,
  cipher: SecretCipher,
  place: SecretPlace,
  { version: id }: SecretValue,
): Promise<string> {
  const { sealed } = await db.configSecret.findFirstOrThrow({ where: { id, ...place } });
  return Buffer.from(cipher.decrypt(sealed, ownerOf(place, id))).toString();
}

function ownerOf({ configurationId, path }: SecretPlace, id: string): string {
  return `${configurationId}/${path}/${id}`;
}

/** The part of a secret that readers may know. */
export type SecretFacts = Omit<ConfigSecret, 'sealed'>;

/** Reads the part of secrets that readers may know, by the ids of their versions. */
export async function secretFacts(
  db: Pick<PrismaClient, 'configSecret'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, SecretFacts>> {
  if (ids.length === 0) return new Map();
  const found = await db.configSecret.findMany({ where: { id: { in: [...ids] } }, omit: { sealed: true } });
  return new Map(found.map((facts) => [facts.id, facts]));
}
