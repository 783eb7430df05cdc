import { resetAdmin } from './admin-reset.ts';
import type { Transactions } from './changes/transactions.ts';
import type { Config, FirstAdmin } from './config/config.ts';
import { deriveModulesAtStart } from './configuration/layers/modules-off.ts';
import type { Log } from './core/process/log.ts';
import type { Ciphers } from './core/rights/authentication.ts';
import { loadDemo } from './demo/demo.ts';
import { refuseExposedAccounts } from './demo/exposed-accounts.ts';
import type { PrismaClient } from './generated/prisma/client.ts';
import { createFirstReceiptKey } from './modules/consent-receipts/first-receipt-key.ts';
import { hashPassword, verifyPassword } from './modules/sessions/passwords.ts';
import { createFirstRules } from './modules/sync-rules/first-rules.ts';
import { createFirstAdmin } from './modules/users/first-admin.ts';
import type { FileStore } from './storage/file-store.ts';

/** A start is not aborted. */
const NEVER = new AbortController().signal;

/** The parts of a server that its first rows need. */
interface FirstRowsParts {
  readonly prisma: PrismaClient;
  readonly transactions: Transactions;
  readonly config: Config;
  readonly ciphers: Ciphers;
  readonly store: FileStore;
  readonly log: Log;
}

/**
 * Writes the rows without which a server does not listen, as far as they are missing; returns the first administrator if
 * this start created one. Throws StartError with a sentence for the operator.
 */
export async function createFirstRows(parts: FirstRowsParts): Promise<FirstAdmin | null> {
  const { prisma, transactions, config, ciphers, store, log } = parts;
  const keepFile = (id: string, bytes: Uint8Array) => store.write(id, oneChunk(bytes), NEVER);
  if (config.isDemo) await loadDemo({ prisma, transactions, hashPassword, keepFile });
  const firstAdmin = config.isDemo
    ? null
    : await createFirstAdmin({ admin: config.admin, prisma, transactions, hashPassword });
  const { admin, isAdminReset } = config;
  if (admin && isAdminReset) await resetAdmin({ admin, transactions, hashPassword, verifyPassword, log });
  if (!config.mayServeDemo) await refuseExposedAccounts({ prisma, verifyPassword });
  await createFirstReceiptKey({ prisma, transactions, cipher: ciphers.receiptKeys });
  await createFirstRules({ prisma, transactions });
  await deriveModulesAtStart(prisma);
  return firstAdmin;
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
