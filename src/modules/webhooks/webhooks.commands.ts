import { positionIn } from '../../changes/change-log.ts';
import type { ViewerContext } from '../../core/context.ts';
import type { CreateArgs, RowArgs, UpdateArgs } from '../../core/requests/command-args.ts';
import {
  forbiddenChange,
  invalidInput,
  invalidState,
  limitReached,
  notFound,
} from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { parseInput } from '../../core/requests/input.ts';
import { tenantToWriteIn } from '../../core/rights/scope.ts';
import type { WebhookDocument } from '../../core/rights/webhook-checks.ts';
import type { Transaction, Written } from '../../core/rows/transact.ts';
import { requireTenant } from '../../db/require-tenant.ts';
import { changeRow, deleteRow } from '../../db/row-commands.ts';
import { rowToChange } from '../../db/row-to-change.ts';
import type { Webhook } from '../../generated/prisma/client.ts';
import {
  OVERLAP_MINUTES,
  overlapMinutes as overlapField,
  webhookCreateInput,
  webhookUpdateInput,
} from './webhook-input.ts';
import { newWebhookSecret, sealed } from './webhook-secret.terms.ts';
import { isMaker, webhooks } from './webhooks.access.ts';
import { webhookEntity } from './webhooks.changes.ts';

// Invariants of this room: a webhook runs with the rights that its maker has at each attempt, so its maker alone decides
// what it asks and where it sends; its position moves past an event together with the delivery of it, and a pause keeps
// both; its secret leaves this room once, in the answer to the client that made it; two of its secrets sign at most, the
// older one for a while. A host that is new gets a new secret.

const LIMIT = sentences('LIMIT_REACHED', {
  TOO_MANY_WEBHOOKS: 'A tenant has at most {max} webhooks: delete one first.',
  TOO_MANY_WEBHOOK_TESTS: 'A webhook sends at most {max} tests in a minute.',
});
const STATE = sentences('INVALID_STATE', {
  WEBHOOK_NOT_ACTIVE: 'The webhook is {status}: resume it first.',
});
const MAKER = sentences('FORBIDDEN_CHANGE', {
  WEBHOOK_OF_ANOTHER: 'The webhook runs with the rights of its maker: you may only pause or delete it.',
});

const MAX_WEBHOOKS = 50;
const FIRST_SECRET = 1;
const MINUTE_MS = 60_000;

/** A webhook with its new secret; null when it has none, or when the request was repeated: a secret is shown once. */
export type ShownWebhook = Webhook & { readonly secret: string | null };

/**
 * Makes a webhook of the viewer, which sends what happens from now on. Throws UserErrors for a bad input, a URL that may
 * not be reached, a document that the viewer may not run, and a tenant with too many.
 */
export async function createWebhook(
  ctx: ViewerContext,
  { input }: CreateArgs<typeof webhookCreateInput>,
): Promise<Written<ShownWebhook>> {
  const { tenantId: named, ...given } = parseInput(webhookCreateInput, input);
  const tenantId = tenantToWriteIn(ctx.viewer, named);
  const data = { variables: '{}', ignoreOwnChanges: true, ...present(given) };
  await requireUrl(ctx, data.url);
  requireDocument(ctx, data, tenantId);
  const secret = newWebhookSecret();
  const { viewer, ip } = ctx;
  return shown(secret, ctx, async (tx) => {
    await requireTenant(tx, tenantId);
    await requireFew(tx, tenantId);
    const maker = { makerId: viewer.userId, apiTokenId: viewer.apiToken?.id ?? null };
    const webhook = await tx.db.webhook.create({ data: { ...data, ...maker, tenantId } });
    await storeSecret(tx, ctx, webhook, FIRST_SECRET, secret);
    const end = await positionIn(tx.db, tenantId);
    const cursor = await ctx.feedPositions.cursorAt(tenantId, end?.seq ?? 0);
    await tx.db.webhookProgress.create({ data: { webhookId: webhook.id, cursor, ip } });
    return tx.created(webhookEntity, webhook);
  });
}

/**
 * Changes the given fields. A webhook that its document had stopped continues where it was; another host gets another
 * secret. Throws UserErrors like `createWebhook`, and for no such webhook, one of another maker, or an old version.
 */
export async function updateWebhook(
  ctx: ViewerContext,
  { input, ...args }: UpdateArgs<typeof webhookUpdateInput>,
): Promise<Written<ShownWebhook>> {
  const data = present(parseInput(webhookUpdateInput, input));
  if (data.url) await requireUrl(ctx, data.url);
  const secret = newWebhookSecret();
  return shown(secret, ctx, async (tx, keep) => {
    const before = await rowToChange(tx, ctx, webhooks, args);
    requireMaker(ctx, before);
    const asksAnew = data.document !== undefined || data.variables !== undefined;
    if (asksAnew) requireDocument(ctx, { ...before, ...data }, before.tenantId);
    const mended = asksAnew && isStoppedByDocument(before) ? ACTIVE : {};
    const moved = data.url !== undefined && new URL(data.url).host !== new URL(before.url).host;
    if (!moved) {
      keep();
      return tx.update(webhookEntity, before, { ...data, ...mended });
    }
    await tx.db.webhookSecret.deleteMany({ where: { webhookId: before.id } });
    const generation = before.generation + 1;
    await storeSecret(tx, ctx, before, generation, secret);
    return tx.update(webhookEntity, before, { ...data, ...mended, generation, previousEndsAt: null });
  });
}

/** Deletes a webhook with its deliveries; throws UserErrors for no such webhook or an old version. */
export function deleteWebhook(ctx: ViewerContext, args: RowArgs): Promise<Written<Webhook>> {
  return deleteRow(ctx, webhooks, args);
}

/** Stops a webhook, which keeps its position; one that is stopped stays as it is. */
export function pauseWebhook(ctx: ViewerContext, args: RowArgs): Promise<Written<Webhook>> {
  return changeRow(ctx, webhooks, args, ({ status }) =>
    status === 'ACTIVE' ? { status: 'PAUSED', reason: 'ASKED', message: null } : {},
  );
}

/**
 * Has a webhook continue where it was stopped, for whatever reason. Throws UserErrors for no such webhook, one of another
 * maker, and a document that its maker may not run.
 */
export function resumeWebhook(ctx: ViewerContext, args: RowArgs): Promise<Written<Webhook>> {
  return changeRow(ctx, webhooks, args, async (before, tx) => {
    if (before.status === 'ACTIVE') return {};
    requireMaker(ctx, before);
    requireDocument(ctx, before, before.tenantId, 'id');
    await tx.db.webhookProgress.update({
      where: { webhookId: before.id },
      data: { failedFrom: null, failedLast: null },
    });
    return ACTIVE;
  });
}

/** The arguments of `rotateWebhookSecret`. */
export interface RotateSecretArgs extends RowArgs {
  readonly overlapMinutes?: number | null | undefined;
}

/** Gives a webhook a new secret; the present one signs, too, for a while. Throws UserErrors like `resumeWebhook`. */
export async function rotateWebhookSecret(
  ctx: ViewerContext,
  { overlapMinutes, ...args }: RotateSecretArgs,
): Promise<Written<ShownWebhook>> {
  const asked = overlapMinutes ?? OVERLAP_MINUTES;
  const minutes = parseInput({ schema: overlapField.check() }, asked, 'overlapMinutes');
  const secret = newWebhookSecret();
  return shown(secret, ctx, async (tx) => {
    const before = await rowToChange(tx, ctx, webhooks, args);
    requireMaker(ctx, before);
    const generation = before.generation + 1;
    await tx.db.webhookSecret.deleteMany({
      where: { webhookId: before.id, number: { lt: before.generation } },
    });
    await storeSecret(tx, ctx, before, generation, secret);
    const previousEndsAt = new Date((await tx.now()).getTime() + minutes * MINUTE_MS);
    return tx.update(webhookEntity, before, { generation, previousEndsAt });
  });
}

/** Refuses a webhook that is stopped. */
export function requireActive({ status }: Webhook): void {
  if (status !== 'ACTIVE') throw invalidState(STATE.WEBHOOK_NOT_ACTIVE({ status }), 'id');
}

/** Refuses more tests in a minute than a person has use for. */
export function requireFewTests(count: number, max: number): void {
  if (count >= max) throw limitReached(LIMIT.TOO_MANY_WEBHOOK_TESTS({ max }), 'id');
}

const ACTIVE = { status: 'ACTIVE', reason: null, message: null, failingSince: null } as const;

function isStoppedByDocument({ reason }: Webhook): boolean {
  return reason === 'DOCUMENT_INVALID' || reason === 'NOT_PERMITTED';
}

/** The fields that were given. */
function present<Data extends object>(data: Data): { [Name in keyof Data]: NonNullable<Data[Name]> } {
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value != null)) as never;
}

function requireMaker({ viewer }: ViewerContext, webhook: Webhook): void {
  if (!isMaker(viewer, webhook)) throw forbiddenChange(MAKER.WEBHOOK_OF_ANOTHER(), 'id');
}

async function requireUrl({ webhookChecks }: ViewerContext, url: string): Promise<void> {
  const fault = await webhookChecks.urlFault(url);
  if (fault) throw invalidInput(fault, 'input', 'url');
}

/** Checks the document under the rights of the viewer, who is the maker; faults are at `path`, if it was not given now. */
function requireDocument(
  { viewer, webhookChecks }: ViewerContext,
  asked: WebhookDocument,
  tenantId: string,
  ...path: readonly string[]
): void {
  const found = webhookChecks.documentFault(asked, viewer, tenantId);
  if (found) throw invalidInput(found.fault, ...(path.length > 0 ? path : ['input', found.field]));
}

/** The tenant is kept by its lock, so no two requests make the last one. */
async function requireFew(tx: Transaction, tenantId: string): Promise<void> {
  await tx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('webhooks of ' || ${tenantId}, 0))`;
  const count = await tx.db.webhook.count({ where: { tenantId } });
  if (count >= MAX_WEBHOOKS) throw limitReached(LIMIT.TOO_MANY_WEBHOOKS({ max: MAX_WEBHOOKS }));
}

async function storeSecret(
  tx: Transaction,
  { ciphers }: ViewerContext,
  webhook: Pick<Webhook, 'id'>,
  number: number,
  secret: string,
): Promise<void> {
  const data = {
    webhookId: webhook.id,
    number,
    sealed: sealed(ciphers.webhookSecrets, secret, webhook, number),
  };
  await tx.db.webhookSecret.create({ data });
}

/**
 * Runs `work` with a new secret. The secret is no part of what the transaction returns: that is kept for repeated requests,
 * which run no work and so show none. `work` calls `keep` if the webhook keeps the secret that it has.
 */
async function shown(
  secret: string,
  ctx: ViewerContext,
  work: (tx: Transaction, keep: () => void) => Promise<Webhook>,
): Promise<Written<ShownWebhook>> {
  let isNew = false;
  const { value, cursor } = await ctx.transact(async (tx) => {
    isNew = true;
    return work(tx, () => {
      isNew = false;
    });
  });
  return { value: { ...value, secret: isNew ? secret : null }, cursor };
}

/** Refuses what names no delivery of a webhook. */
export function noSuchDelivery(...path: string[]): Error {
  return notFound('WebhookDelivery', ...path);
}
