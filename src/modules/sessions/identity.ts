import DataLoader from 'dataloader';
import type { SettingsMemory } from '../../configuration/layers/settings-memory.ts';
import type { Clock } from '../../core/process/clock.ts';
import type { Log } from '../../core/process/log.ts';
import { RequestError, unauthenticated } from '../../core/requests/errors.ts';
import { OperationBudget } from '../../core/requests/operation-budget.ts';
import type { ActingViewer, Asking, Credentials, Identity } from '../../core/rights/identity.ts';
import { UnreadableSettings } from '../../core/rights/unreadable-settings.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { isApiToken } from '../api-tokens/api-token-form.terms.ts';
import { type AccessTokens, ISSUER } from './access-tokens.ts';
import { actingApiToken } from './acting-api-token.ts';
import { isAlive, mayAct, viewerOf } from './acting-user.ts';
import { ApiTokens } from './api-tokens.ts';
import { type BoundUserParts, userOfOutside } from './outside-identities/bound-user.ts';
import { openSignIns } from './outside-identities/open-sign-ins.ts';
import { claimedIssuer, type OutsideIssuers } from './outside-issuers.ts';
import { NEVER, outsideProof } from './outside-proof.ts';
import { type ApiTokenState, readActingUsers, type UserInSession } from './read-acting-users.ts';
import { endOfSignIn, signInRefusal } from './sign-in-allowed.ts';

/** The dependencies of `DatabaseIdentity`. */
export interface IdentityParts extends BoundUserParts {
  readonly prisma: PrismaClient;
  readonly settings: SettingsMemory;
  readonly accessTokens: AccessTokens;
  readonly outsideIssuers: OutsideIssuers;
  readonly clock: Clock;
  readonly log: Log;
}

/** Answers come in so many at a time, and what follows from them is not all done in one turn of the event loop. */
const MAX_BATCH = 50;

/**
 * Tells who is asking, from our own tokens and those of outside issuers, as the database has it now. What is asked
 * in one turn of the event loop is read together: when a crowd comes back, or a tenant's rights change, that is most
 * of what it costs. Of users nothing is remembered: each answer was read after it was asked for. Of settings it is, for
 * the versions that act: they were read with the user.
 */
export class DatabaseIdentity implements Identity {
  readonly #parts: IdentityParts;
  readonly #apiTokens: ApiTokens;
  readonly #viewers = new DataLoader<Asking, ActingViewer | null>(
    (all) => OperationBudget.shared(() => this.#readViewers(all)),
    { cache: false, batchScheduleFn: setImmediate, maxBatchSize: MAX_BATCH },
  );

  constructor(parts: IdentityParts) {
    this.#parts = parts;
    this.#apiTokens = new ApiTokens(parts.prisma, parts.log);
  }

  async verify(token: string): Promise<Credentials> {
    const { accessTokens, outsideIssuers } = this.#parts;
    if (isApiToken(token)) return { ...(await this.#apiTokens.verify(token)), expiresAt: NEVER };
    const name = claimedIssuer(token);
    if (name === ISSUER) return this.#checked(accessTokens.verify(token));
    const issuer = outsideIssuers.named(name);
    const claims = await this.#checked(issuer.verify(token));
    const userId = await userOfOutside(this.#parts, issuer, claims);
    if (!userId) throw unauthenticated();
    return { userId, sessionId: null, expiresAt: claims.expiresAt, outside: claims.signIn };
  }

  async viewer(who: Asking): Promise<Viewer | null> {
    return (await this.acting(who))?.viewer ?? null;
  }

  acting(who: Asking): Promise<ActingViewer | null> {
    return this.#viewers.load(who);
  }

  async #readViewers(all: readonly Asking[]): Promise<(ActingViewer | null | Error)[]> {
    const { prisma } = this.#parts;
    const userIds = [...new Set(all.map(({ userId }) => userId))];
    const ids = all.flatMap(({ sessionId }) => sessionId ?? []);
    const outside = all.flatMap(({ userId, outside }) => (outside ? { userId, outside } : []));
    const [users, open] = await Promise.all([
      readActingUsers(prisma, userIds, ids),
      openSignIns(prisma, outside),
    ]);
    return Promise.all(
      all.map(async (who) => {
        if (who.outside && !open.has(who.outside)) return null;
        return this.#viewerOf(who, users.get(who.userId)).catch((error) => this.#failed(error));
      }),
    );
  }

  /** The settings of one tenant that cannot be read are no failure of the others that are read with them. */
  #failed(error: unknown): Error {
    if (!(error instanceof Error)) throw error;
    if (error instanceof UnreadableSettings) {
      this.#parts.log.error({ err: error.cause }, 'settings cannot be read: their users are refused');
    }
    return error;
  }

  async #viewerOf(who: Asking, user: UserInSession | undefined): Promise<ActingViewer | null> {
    const { clock, settings } = this.#parts;
    const { sessionId, outside } = who;
    if (!user || !mayAct(user)) return null;
    const token = user.apiTokens.find(({ id }) => id === sessionId);
    if (token) return this.#viewerBy(token, who, user);
    // No person uses it, so no sign-in is its own.
    if (user.isServiceAccount) return null;
    const session = user.sessions.find(({ id }) => id === sessionId);
    if (sessionId && !(session && isAlive(session, user, clock.now()))) return null;
    const obeyed = await settings.of(user.layers);
    const proof = session ?? (outside && outsideProof(outside));
    if (proof && signInRefusal(proof, obeyed.signIn, clock.now())) return null;
    const endsAt = proof ? endOfSignIn(proof, obeyed.signIn) : NEVER;
    const { isInvisible } = user;
    return { viewer: viewerOf(user, obeyed, user.modulesOff), endsAt, isInvisible };
  }

  /** Settings of sign-in do not concern an API token: no one signs in with it. */
  async #viewerBy(token: ApiTokenState, who: Asking, user: UserInSession): Promise<ActingViewer | null> {
    const { clock, settings } = this.#parts;
    const now = clock.now();
    const acting = actingApiToken(token, who, now);
    if (!acting) return null;
    this.#apiTokens.used(token.id, now);
    const obeyed = await settings.of(user.layers);
    return { viewer: viewerOf(user, obeyed, user.modulesOff, acting.apiToken), endsAt: acting.endsAt };
  }

  /** Hides from the client what exactly is wrong with a token of our own; logs that an issuer's keys cannot be fetched. */
  async #checked<Claims>(checking: Promise<Claims>): Promise<Claims> {
    try {
      return await checking;
    } catch (error) {
      if (!(error instanceof RequestError)) throw unauthenticated();
      if (error.cause) this.#parts.log.warn({ err: error.cause }, 'keys of an outside issuer not fetched');
      throw error;
    }
  }
}
