import type { ViewerContext } from '../../core/context.ts';
import type { RowArgs } from '../../core/requests/command-args.ts';
import { limitReached } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { BEFORE_THE_LAST, type Transaction, type Written } from '../../core/rows/transact.ts';
import { rowToDelete } from '../../db/row-to-change.ts';
import { isStatementTimeout } from '../../db/statement-timeout.ts';
import type { Attribute } from '../../generated/prisma/client.ts';
import { type Holder, holdersOf, strip } from './attribute-holders.ts';
import { MAX_LISTED, policiesNaming, requireUnused } from './attribute-use.ts';
import { attributes } from './attributes.access.ts';
import { attributeEntity } from './attributes.changes.ts';
import { requirePool } from './attributes.commands.ts';

/** The number of users per transaction: each is a change, and all changes must fit into the time limit of a transaction. */
const MAX_STRIPPED = 1_000;

const REMOVAL = sentences('LIMIT_REACHED', {
  REMOVAL_OUT_OF_TIME:
    'The time is over (QUERY_TIMEOUT_MS): the attribute was taken from {count} users, and others hold it. Remove it again to continue.',
});

/** The result of the removal of an attribute. */
export type RemovedAttribute = Attribute & {
  /** The ids of the first policies that named it. */
  readonly brokenPolicyIds: readonly string[];
  readonly strippedFromCount: number;
};

/** The arguments of `attributeRemove`. */
export interface RemoveArgs extends RowArgs {
  /** Takes it from the users who hold it and lets the policies that name it fail, instead of refusing. */
  readonly force?: boolean | null;
}

/**
 * Removes an attribute; throws UserErrors for no such attribute, an old version, and without `force` for one that users
 * hold or that policies name.
 *
 * Each transaction takes it from at most a thousand users of one feed, because a transaction writes to one feed. The
 * last transaction of a tenant's attribute takes it from the remaining users and removes it. If the removal is cut short
 * or runs out of time, the attribute still exists, fewer users hold it, and a repeated removal continues.
 */
export async function removeAttribute(
  ctx: ViewerContext,
  args: RemoveArgs,
): Promise<Written<RemovedAttribute>> {
  let count = 0;
  for (;;) {
    const { value, cursor } = await sayWhatWasTaken(count, () =>
      ctx.transact((tx) => removeOrFindHolders(tx, ctx, args, count)),
    );
    if (!('holders' in value)) return { value, cursor };
    count += await stripFrom(ctx, value, count);
  }
}

/** An attribute that users hold who do not fit into the last transaction of its removal. */
interface Held {
  readonly attribute: Attribute;
  readonly holders: readonly Holder[];
}

/** Removes the attribute, or changes nothing and returns the holders from whom it has to be taken before. */
async function removeOrFindHolders(
  tx: Transaction,
  ctx: ViewerContext,
  args: RemoveArgs,
  strippedBefore: number,
): Promise<RemovedAttribute | Held> {
  const attribute = await rowToDelete(tx, ctx, attributes, args);
  requirePool(ctx.viewer, attribute);
  const brokenPolicies = await policiesNaming(tx, attribute);
  const holders = await holdersOf(tx.db, attribute, MAX_STRIPPED + 1);
  if (!args.force) await requireUnused(tx, ctx.viewer, { attribute, holders, brokenPolicies });
  if (mustBeStrippedBefore(attribute, holders)) return { attribute, holders };
  const stripped = await strip(tx, idsOf(holders), attribute.name);
  await tx.delete(attributeEntity, attribute);
  return {
    ...attribute,
    brokenPolicyIds: brokenPolicies.slice(0, MAX_LISTED).map(({ id }) => id),
    strippedFromCount: strippedBefore + stripped,
  };
}

/** Takes an attribute from the next thousand holders, a feed at a time; returns how many held it. */
async function stripFrom(ctx: ViewerContext, { attribute, holders }: Held, before: number): Promise<number> {
  let count = 0;
  const next = holders.slice(0, MAX_STRIPPED);
  for (const feed of new Set(next.map((holder) => holder.feed))) {
    if (ctx.deadline.refusal) throw outOfTime(before + count);
    const ids = idsOf(next.filter((holder) => holder.feed === feed));
    const { value } = await sayWhatWasTaken(before + count, () =>
      ctx.transact((tx) => strip(tx, ids, attribute.name), BEFORE_THE_LAST),
    );
    count += value;
  }
  return count;
}

/** Whether some holders do not fit into the last transaction: they are too many, or of other feeds. */
function mustBeStrippedBefore({ scope }: Attribute, holders: readonly Holder[]): boolean {
  return holders.length > (scope === 'PLATFORM' ? 0 : MAX_STRIPPED);
}

function idsOf(holders: readonly Holder[]): string[] {
  return holders.map(({ id }) => id);
}

/** Runs the next transaction. If the time limit interrupts it, the earlier ones stay, and the error says so. */
async function sayWhatWasTaken<Value>(count: number, run: () => Promise<Value>): Promise<Value> {
  try {
    return await run();
  } catch (error) {
    if (count > 0 && isStatementTimeout(error)) throw outOfTime(count);
    throw error;
  }
}

function outOfTime(count: number) {
  return limitReached(REMOVAL.REMOVAL_OUT_OF_TIME({ count }), 'id');
}
