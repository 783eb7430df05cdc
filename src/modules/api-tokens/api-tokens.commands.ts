import { requireSession, type ViewerContext } from '../../core/context.ts';
import type { CreateArgs, RowArgs, UpdateArgs } from '../../core/requests/command-args.ts';
import { invalidState, limitReached } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { parseInput } from '../../core/requests/input.ts';
import { grantedPermissions } from '../../core/rights/permissions.ts';
import type { Transaction, Written } from '../../core/rows/transact.ts';
import type { ApiToken } from '../../generated/prisma/client.ts';
import { hashOfApiToken, newApiToken } from './api-token-form.terms.ts';
import {
  apiTokenCreateInput,
  apiTokenUpdateInput,
  OVERLAP_MINUTES,
  overlapMinutes as overlapField,
  requireLifetime,
} from './api-token-input.ts';
import { scheduleWarning } from './api-token-warnings.ts';
import { apiTokenEntity, apiTokenWarning } from './api-tokens.changes.ts';
import {
  ownerToGive,
  requireGivable,
  requireManageable,
  requireRevocable,
  tokenToChange,
} from './token-owner.ts';

// Invariants of this room: a token has permissions that its maker and its user held when they were given, and counts
// for those that its user still holds; it ends within a year, for good once it is revoked; its secret leaves this room
// once, in the answer to the client that made it, and is stored as a hash; two of its secrets are accepted at most, the
// older one for a while; it belongs where its user belonged when it was made; it warns its user 14 and 3 days before
// its end, once each, and a token of a service account the one who made it. An API token makes and changes no API
// token.

const LIMIT = sentences('LIMIT_REACHED', {
  TOO_MANY_API_TOKENS: 'A user has at most {max} tokens that have not ended: revoke one first.',
});
const STATE = sentences('INVALID_STATE', {
  TOKEN_ENDED: 'The token has expired or was revoked: make another one.',
});

const MAX_TOKENS = 100;
const FIRST_SECRET = 1;
const MINUTE_MS = 60_000;

/** A token with its new secret; null when the request was repeated, because a secret is shown once. */
export type ShownToken = ApiToken & { readonly secret: string | null };

/**
 * Makes a token of the viewer or of a service account. Throws UserErrors for a bad input, permissions that the viewer or
 * the account does not hold, and a user who has too many.
 */
export async function createApiToken(
  ctx: ViewerContext,
  { input }: CreateArgs<typeof apiTokenCreateInput>,
): Promise<Written<ShownToken>> {
  requireSession(ctx);
  const { userId, ...data } = parseInput(apiTokenCreateInput, input);
  requireLifetime(data.expiresAt, ctx.clock.now());
  return withSecret(ctx, async (tx, secret) => {
    const user = await ownerToGive(tx, ctx, userId);
    await requireGivable(tx, ctx.viewer, user, data.permissions, ['input', 'permissions']);
    await requireFewTokens(tx, ctx, user.id);
    const { tenantId, organizationId } = user;
    const token = await tx.db.apiToken.create({
      data: { ...data, userId: user.id, makerId: ctx.viewer.userId, tenantId, organizationId },
    });
    await storeSecret(tx, token, FIRST_SECRET, secret);
    await scheduleWarning(tx, token);
    return tx.created(apiTokenEntity, token);
  });
}

/** Changes the given fields; throws UserErrors for a bad input, no such token, one that has ended, or rights beyond. */
export async function updateApiToken(
  ctx: ViewerContext,
  { input, ...args }: UpdateArgs<typeof apiTokenUpdateInput>,
): Promise<Written<ApiToken>> {
  requireSession(ctx);
  const data = parseInput(apiTokenUpdateInput, input);
  if (data.expiresAt) requireLifetime(data.expiresAt, ctx.clock.now());
  return ctx.transact(async (tx) => {
    const { token, user } = await tokenToChange(tx, ctx, args);
    requireManageable(ctx.viewer, user, ['id']);
    requireOpen(token, ctx);
    const { permissions } = data;
    if (permissions) await requireGivable(tx, ctx.viewer, user, permissions, ['input', 'permissions']);
    const { expiresAt = token.expiresAt } = data;
    if (expiresAt.getTime() === token.expiresAt.getTime()) return tx.update(apiTokenEntity, token, data);
    const after = await tx.update(apiTokenEntity, token, { ...data, warnedDays: null });
    await scheduleWarning(tx, after);
    return after;
  });
}

/** The arguments of `rotateApiToken`. */
export interface RotateArgs extends RowArgs {
  readonly overlapMinutes?: number | null | undefined;
}

/**
 * Gives a token a new secret; the present one is accepted for a while, one before it no more. Throws UserErrors for no such
 * token, one that has ended, and one that may do more than the viewer.
 */
export async function rotateApiToken(
  ctx: ViewerContext,
  { overlapMinutes, ...args }: RotateArgs,
): Promise<Written<ShownToken>> {
  requireSession(ctx);
  const minutes = parseInput(
    { schema: overlapField.check() },
    overlapMinutes ?? OVERLAP_MINUTES,
    'overlapMinutes',
  );
  return withSecret(ctx, async (tx, secret) => {
    const { token, user } = await tokenToChange(tx, ctx, args);
    requireManageable(ctx.viewer, user, ['id']);
    requireOpen(token, ctx);
    if (user.id !== ctx.viewer.userId) {
      const given = token.permissions.filter((one) => grantedPermissions.has(one));
      await requireGivable(tx, ctx.viewer, user, given, ['id']);
    }
    const generation = token.generation + 1;
    const previousEndsAt = new Date(ctx.clock.now().getTime() + minutes * MINUTE_MS);
    await tx.db.apiTokenSecret.deleteMany({
      where: { apiTokenId: token.id, number: { lt: token.generation } },
    });
    await storeSecret(tx, token, generation, secret);
    return tx.update(apiTokenEntity, token, { generation, previousEndsAt });
  });
}

/**
 * Ends a token for good, with all that runs with it; one that was revoked before stays as it is. An API token may revoke
 * itself. Throws UserErrors for no such token, and for that of another user whom the viewer may not manage.
 */
export async function revokeApiToken(ctx: ViewerContext, args: RowArgs): Promise<Written<ApiToken>> {
  return ctx.transact(async (tx) => {
    const { token, user } = await tokenToChange(tx, ctx, args);
    requireRevocable(ctx.viewer, user);
    if (token.revokedAt) return token;
    await tx.db.apiTokenSecret.deleteMany({ where: { apiTokenId: token.id } });
    await tx.unschedule(apiTokenWarning, token);
    return tx.update(apiTokenEntity, token, { revokedAt: ctx.clock.now() });
  });
}

/**
 * Runs `work` with a new secret. The secret is no part of what the transaction returns: that is kept for repeated requests,
 * which run no work and so show none.
 */
async function withSecret(
  ctx: ViewerContext,
  work: (tx: Transaction, secret: string) => Promise<ApiToken>,
): Promise<Written<ShownToken>> {
  const secret = newApiToken();
  let isStored = false;
  const { value, cursor } = await ctx.transact(async (tx) => {
    const token = await work(tx, secret);
    isStored = true;
    return token;
  });
  return { value: { ...value, secret: isStored ? secret : null }, cursor };
}

async function storeSecret(tx: Transaction, { id }: ApiToken, number: number, secret: string): Promise<void> {
  await tx.db.apiTokenSecret.create({ data: { apiTokenId: id, number, hash: hashOfApiToken(secret) } });
}

/** The user is locked, so no two requests make the last one. */
async function requireFewTokens(
  { db }: Transaction,
  { clock }: ViewerContext,
  userId: string,
): Promise<void> {
  const open = await db.apiToken.count({
    where: { userId, revokedAt: null, expiresAt: { gt: clock.now() } },
  });
  if (open >= MAX_TOKENS) throw limitReached(LIMIT.TOO_MANY_API_TOKENS({ max: MAX_TOKENS }));
}

function requireOpen({ revokedAt, expiresAt }: ApiToken, { clock }: ViewerContext): void {
  if (revokedAt || expiresAt <= clock.now()) throw invalidState(STATE.TOKEN_ENDED(), 'id');
}
