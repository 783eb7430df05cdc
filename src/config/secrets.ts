import { hkdfSync, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StartError } from '../core/process/start-error.ts';
import type { Config } from './config.ts';

/**
 * One key for each purpose, so that a signature for one purpose is worthless for another, and a weakness in one place
 * does not spread.
 */
export interface Secrets {
  readonly cursors: Buffer;
  readonly wakeUps: Buffer;
  readonly signals: Buffer;
  /** For the names of keys and channels in Redis. */
  readonly redisNames: Buffer;
  readonly accessTokens: Buffer;
  readonly secondFactors: Buffer;
  /** For the private keys that sign receipts. */
  readonly receiptKeys: Buffer;
  /** For the links to the exports of persons. */
  readonly exportLinks: Buffer;
  /** For the tickets that open event streams. */
  readonly streamTickets: Buffer;
  /** For the secrets of the configuration. */
  readonly configSecrets: Buffer;
  /** For the secrets of e-mails that wait. */
  readonly mailSecrets: Buffer;
  /** For the secrets that sign webhooks. */
  readonly webhookSecrets: Buffer;
  /** For the hashes of subjects of outside issuers. */
  readonly boundSubjects: Buffer;
  readonly refreshTokens: Buffer;
  readonly signInThrottle: Buffer;
}

const KEY_BYTES = 32;
const SECRET_FILE = 'jwt-secret';

/**
 * Derives the keys from JWT_SECRET, or from a secret that is generated once and kept in the data directory in a file
 * that only its owner can read. Throws StartError if that file cannot be used.
 */
export async function loadSecrets({
  jwtSecret,
  dataDir,
}: Pick<Config, 'jwtSecret' | 'dataDir'>): Promise<Secrets> {
  const secret = jwtSecret ?? (await keptSecret(dataDir));
  return {
    cursors: deriveKey(secret, 'cursors'),
    wakeUps: deriveKey(secret, 'wake-ups'),
    signals: deriveKey(secret, 'signals'),
    redisNames: deriveKey(secret, 'redis names'),
    accessTokens: deriveKey(secret, 'access tokens'),
    secondFactors: deriveKey(secret, 'second factors'),
    receiptKeys: deriveKey(secret, 'receipt keys'),
    exportLinks: deriveKey(secret, 'export links'),
    streamTickets: deriveKey(secret, 'stream tickets'),
    configSecrets: deriveKey(secret, 'config secrets'),
    mailSecrets: deriveKey(secret, 'mail secrets'),
    webhookSecrets: deriveKey(secret, 'webhook secrets'),
    boundSubjects: deriveKey(secret, 'bound subjects'),
    refreshTokens: deriveKey(secret, 'refresh tokens'),
    signInThrottle: deriveKey(secret, 'sign-in throttle'),
  };
}

// The labels must never change: another label gives another key. Then every cursor and token in use becomes invalid,
// users with a second factor cannot sign in, and the secrets of the configuration are lost.
function deriveKey(secret: string, label: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `lockstep ${label}`, KEY_BYTES));
}

async function keptSecret(dataDir: string): Promise<string> {
  const file = path.join(dataDir, SECRET_FILE);
  const secret = await readOrCreate(file).catch((error: Error) => {
    throw new StartError(`The secret in ${file} cannot be read or created: ${error.message}.`, {
      cause: error,
    });
  });
  if (/^[\w-]{43}$/.test(secret)) return secret;
  throw new StartError(
    `The secret in ${file} is damaged; delete the file, and the next start writes a new one. That makes all tokens and cursors worthless, so that every user signs in again, shuts out users with a second factor, and loses the secrets of the configuration.`,
  );
}

async function readOrCreate(file: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  try {
    await writeFile(file, randomBytes(KEY_BYTES).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!isAlreadyThere(error)) throw error;
  }
  return readFile(file, 'utf8');
}

function isAlreadyThere(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST';
}
