import type { ViewerContext } from '../../core/context.ts';
import { invalidState, limitReached } from '../../core/errors.ts';
import type { Written } from '../../core/transact.ts';
import type { Attribute, FileAccessPolicy } from '../../generated/prisma/client.ts';
import { type Holder, holdersOf, strip } from './attribute-holders.ts';
import { MAX_LISTED, policiesNaming, requireUnused } from './attribute-use.ts';
import { attributeEntity } from './attributes.changes.ts';
import { attributeToChange } from './attributes.commands.ts';

/** The users that one transaction strips: each is a change, and all of them have to fit into its time. */
const MAX_STRIPPED = 1_000;

/** An attribute that is gone, and what that did. */
export type RemovedAttribute = Attribute & {
  /** The policies that named it, the first ones. */
  readonly brokenPolicies: readonly FileAccessPolicy[];
  readonly strippedFromCount: number;
};

/** How an attribute is to be removed. */
export interface Removal {
  /** Whether to take it from those who hold it and to leave policies broken, instead of refusing. */
  readonly force: boolean;
  readonly expectedVersion?: number | null;
}

/**
 * Removes an attribute; throws UserErrors for no such one, a version that has passed, and unless it is forced for one
 * that users hold or that policies name.
 *
 * It is taken from users in transactions of a thousand at most, each of one feed, as a write belongs to one. The last one
 * of a tenant's attribute takes it from the rest and removes it. Cut short, or out of time, it is there still, held by
 * fewer, and a repeated removal goes on.
 */
export async function removeAttribute(
  ctx: ViewerContext,
  id: string,
  removal: Removal,
): Promise<Written<RemovedAttribute>> {
  const strippedBefore = removal.force ? await stripFromMany(ctx, id, removal) : 0;
  return ctx.transact(async (tx) => {
    await tx.lockToDelete(attributeEntity, id);
    const attribute = await attributeToChange(tx, ctx.viewer, id, removal.expectedVersion);
    const brokenPolicies = await policiesNaming(tx, attribute);
    const holders = await holdersOf(tx.db, attribute, MAX_STRIPPED + 1);
    if (!removal.force) await requireUnused(tx, ctx.viewer, { attribute, holders, brokenPolicies });
    if (mustBeStrippedBefore(attribute, holders)) throw heldAgain();
    const stripped = await strip(tx, idsOf(holders), attribute.name);
    await tx.db.attribute.delete({ where: { id } });
    tx.deleted(attributeEntity, attribute);
    return {
      ...attribute,
      brokenPolicies: brokenPolicies.slice(0, MAX_LISTED),
      strippedFromCount: strippedBefore + stripped,
    };
  });
}

/** Takes an attribute from all who hold it but those whom the last transaction can strip; says how many had it. */
async function stripFromMany(ctx: ViewerContext, id: string, { expectedVersion }: Removal): Promise<number> {
  let count = 0;
  for (;;) {
    const { value } = await ctx.transact(async (tx) => {
      const attribute = await attributeToChange(tx, ctx.viewer, id, expectedVersion);
      return { attribute, holders: await holdersOf(tx.db, attribute, MAX_STRIPPED + 1) };
    });
    const { attribute, holders } = value;
    if (!mustBeStrippedBefore(attribute, holders)) return count;
    const next = holders.slice(0, MAX_STRIPPED);
    for (const feed of new Set(next.map((holder) => holder.feed))) {
      if (ctx.deadline.fault) throw outOfTime(count);
      const ids = idsOf(next.filter((holder) => holder.feed === feed));
      count += (await ctx.transact((tx) => strip(tx, ids, attribute.name))).value;
    }
  }
}

/** Whether there are holders that cannot be stripped where the attribute is removed: too many, or of other feeds. */
function mustBeStrippedBefore({ scope }: Attribute, holders: readonly Holder[]): boolean {
  return holders.length > (scope === 'PLATFORM' ? 0 : MAX_STRIPPED);
}

function idsOf(holders: readonly Holder[]): string[] {
  return holders.map(({ id }) => id);
}

function outOfTime(count: number) {
  const message = `The time is over (QUERY_TIMEOUT_MS): the attribute was taken from ${count} users, and others hold it. Remove it again to go on.`;
  return limitReached(message, 'id');
}

function heldAgain() {
  return invalidState('Users were given this attribute while it was being removed: retry.', 'id');
}
