import { FAULTS, faultsOf } from './fault-counts.ts';
import type { Options } from './options.ts';
import type { Outcome } from './torture.ts';
import { isFarewell } from './verdict.ts';

/** What keeps a run from proving anything: a quiet run breaks no promise either. */
export function shortcomings(
  { faults, ledger, balancer, cast: { followers } }: Outcome,
  options: Options,
): string[] {
  const closings = followers.flatMap((follower) => follower.closings);
  const isRestarted = options.rollingRestarts > 0;
  return [
    ...faultsOf(options).flatMap((fault) => (faults[fault] > 0 ? [] : [`It has none: ${FAULTS[fault]}.`])),
    ...(faults.kills < options.kills ? ['The nodes were not killed often enough.'] : []),
    ...(isRestarted && !closings.some(isFarewell) ? ['No socket was closed with 1001.'] : []),
    ...(isRestarted && balancer.announced === 0 ? ['No node was unready before it stopped.'] : []),
    ...(ledger.count('ACKNOWLEDGED') === 0 ? ['No write was acknowledged.'] : []),
    ...(followers.some(({ received }) => received.length === 0) ? ['A follower received nothing.'] : []),
  ];
}
