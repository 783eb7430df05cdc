import type { PubSubConnection } from '../changes/pub-sub.ts';
import type { Transactions } from '../changes/transactions.ts';
import { SettingsMemory } from '../configuration/layers/settings-memory.ts';
import { systemClock as clock } from '../core/process/clock.ts';
import type { Authentication } from '../core/rights/authentication.ts';
import { AccessTokens } from '../modules/sessions/access-tokens.ts';
import { DatabaseIdentity } from '../modules/sessions/identity.ts';
import { BackChannelLogout } from '../modules/sessions/outside-identities/back-channel-logout.ts';
import { OutsideIssuers } from '../modules/sessions/outside-issuers.ts';
import { PasswordQueue } from '../modules/sessions/password-queue.ts';
import { RefreshTokens } from '../modules/sessions/refresh-tokens.ts';
import { AesSecretCipher } from '../modules/sessions/second-factor/aes-secret-cipher.ts';
import { CountingThrottle } from '../modules/sessions/throttle/guess-throttle.ts';
import { MemoryGuessStore } from '../modules/sessions/throttle/memory-guess-store.ts';
import { RedisGuessStore } from '../modules/sessions/throttle/redis-guess-store.ts';
import type { InstallationParts } from './installation-parts.ts';

export type AuthenticationParts = ReturnType<typeof authenticationOf>;

/** The parts that authenticate users, and the ciphers of other secrets. */
export function authenticationOf(
  { database, config, secrets, log }: InstallationParts,
  { redis }: PubSubConnection,
  transactions: Transactions,
) {
  const lifetimeMs = config.accessTokenSeconds * 1_000;
  const accessTokens = new AccessTokens(secrets.accessTokens, clock, lifetimeMs);
  const outsideIssuers = new OutsideIssuers(config.outsideIssuers, clock);
  const prisma = database.identityPrisma;
  const settings = new SettingsMemory(prisma);
  const identity = new DatabaseIdentity({
    ...{ prisma, transactions, settings },
    ...{ accessTokens, outsideIssuers },
    ...{ clock, log, subjectKey: secrets.boundSubjects },
  });
  const outsideLogout = new BackChannelLogout({ issuers: outsideIssuers, transactions, clock, log });
  const alone = new MemoryGuessStore(clock);
  const store = redis ? new RedisGuessStore({ redis, alone, clock, log }) : alone;
  const throttle = new CountingThrottle({ store, key: secrets.signInThrottle, clock });
  const secondFactors = new AesSecretCipher(secrets.secondFactors);
  const passwords = new PasswordQueue();
  const refreshTokens = new RefreshTokens(secrets.refreshTokens);
  const authentication: Authentication = {
    accessTokens,
    refreshTokens,
    throttle,
    secondFactors,
    passwords,
    acceptedIssuers: outsideIssuers.accepted,
  };
  const receiptKeys = new AesSecretCipher(secrets.receiptKeys);
  const exportLinks = new AesSecretCipher(secrets.exportLinks);
  const streamTickets = new AesSecretCipher(secrets.streamTickets);
  const configSecrets = new AesSecretCipher(secrets.configSecrets);
  const mailSecrets = new AesSecretCipher(secrets.mailSecrets);
  const webhookSecrets = new AesSecretCipher(secrets.webhookSecrets);
  const ciphers = { receiptKeys, exportLinks, streamTickets, configSecrets, mailSecrets, webhookSecrets };
  const rightsOf = (userId: string) => identity.viewer({ userId, sessionId: null });
  return { identity, authentication, outsideLogout, ciphers, rightsOf };
}
