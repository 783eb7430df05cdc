import type { ViewerContext } from '../../core/context.ts';
import type { RowArgs } from '../../core/requests/command-args.ts';
import { invalidInput, invalidState } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { parseInput } from '../../core/requests/input.ts';
import { instant } from '../../core/requests/input-numbers.ts';
import { requiredText } from '../../core/requests/input-text.ts';
import { requireOwnLevel } from '../../core/rights/owner.ts';
import type { Written } from '../../core/rows/transact.ts';
import { rowToChange } from '../../db/row-to-change.ts';
import type { Service } from '../../generated/prisma/client.ts';
import type { ServiceStatus } from '../../generated/prisma/enums.ts';
import { endOverride } from './override-end.ts';
import { services } from './services.access.ts';
import { overrideEnd } from './services.changes.ts';
import { setEffect, writeStatus } from './services.requests.ts';

const reasonInput = { schema: requiredText() };
const untilInput = { schema: instant().nullish() };

const UNTIL = sentences('INVALID_INPUT', {
  OVERRIDE_ENDS_IN_PAST: 'The end of the override is not in the future.',
});
const OVERRIDE = sentences('INVALID_STATE', {
  NO_OVERRIDE: 'The status of the service is not overridden.',
});

/** The arguments of `setServiceStatus`. */
interface OverrideArgs extends RowArgs {
  readonly status: ServiceStatus;
  readonly reason: string;
  readonly until?: Date | null;
}

/**
 * Overrides the status of a service until a time, or without an end, in place of an earlier override and its end; throws
 * UserErrors for no such service, one that the organization shares with the viewer's tenant, a bad reason, an end that
 * is not in the future, or an old version.
 */
export function setServiceStatus(
  ctx: ViewerContext,
  { status, reason, until, ...args }: OverrideArgs,
): Promise<Written<Service>> {
  const overrideReason = parseInput(reasonInput, reason, 'reason');
  const overrideUntil = parseInput(untilInput, until, 'until') ?? null;
  return ctx.transact(async (tx) => {
    const service = await rowToChange(tx, ctx, services, args);
    requireOwnLevel(ctx.viewer, service, services.type);
    const now = await tx.now();
    if (overrideUntil && overrideUntil <= now) throw invalidInput(UNTIL.OVERRIDE_ENDS_IN_PAST(), 'until');
    await setEffect(tx, service.id, { source: 'OVERRIDE', id: service.id }, status, now);
    if (overrideUntil) await tx.schedule(overrideEnd, service, overrideUntil);
    else await tx.unschedule(overrideEnd, service);
    return writeStatus(tx, service, { overrideStatus: status, overrideReason, overrideUntil });
  });
}

/**
 * Ends the override of a service, which then has the status that is derived; throws UserErrors for no such service, one
 * that the organization shares with the viewer's tenant, one without an override, or an old version.
 */
export function clearServiceStatus(ctx: ViewerContext, args: RowArgs): Promise<Written<Service>> {
  return ctx.transact(async (tx) => {
    const service = await rowToChange(tx, ctx, services, args);
    requireOwnLevel(ctx.viewer, service, services.type);
    if (service.overrideStatus === null) throw invalidState(OVERRIDE.NO_OVERRIDE(), 'id');
    await tx.unschedule(overrideEnd, service);
    return endOverride(tx, service, await tx.now());
  });
}
