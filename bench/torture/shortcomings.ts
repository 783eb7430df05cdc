import { FAULTS, faultsOf } from './fault-counts.ts';
import type { Options } from './options.ts';
import type { Outcome } from './torture.ts';
import { isFarewell } from './verdict.ts';

/** The reasons for which a run proves nothing: an idle run breaks no promise either. */
export function shortcomings(
  { faults, ledger, balancer, cast: { followers } }: Outcome,
  options: Options,
): string[] {
  const closings = followers.flatMap((follower) => follower.closings);
  const missing = faultsOf(options).filter((fault) => faults[fault] === 0);
  const isRestarted = options.rollingRestarts > 0;
  const findings: [isSo: boolean, sentence: string][] = [
    [faults.kills < options.kills, 'The nodes were not killed often enough.'],
    [
      faults.kills > 0 && options.nodes > 1 && faults.deliveredMeanwhile === 0,
      'Nothing was delivered while a node was down.',
    ],
    [isRestarted && !closings.some(isFarewell), 'No socket was closed with 1001.'],
    [isRestarted && balancer.announced === 0, 'No node was seen to be unready before it stopped.'],
    [ledger.count('ACKNOWLEDGED') === 0, 'No write was acknowledged.'],
    [followers.some(({ received }) => received.length === 0), 'A client received nothing.'],
  ];
  return [
    ...missing.map((fault) => `It had none: ${FAULTS[fault]}.`),
    ...findings.filter(([isSo]) => isSo).map(([, sentence]) => sentence),
  ];
}
