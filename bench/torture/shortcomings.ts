import { FAULTS, faultsOf } from './fault-counts.ts';
import type { Options } from './options.ts';
import type { SharedRedis } from './scene.ts';
import type { TemporaryReader } from './temporary-reader.ts';
import type { Outcome } from './torture.ts';
import { isFarewell } from './verdict.ts';

type Finding = [isSo: boolean, sentence: string];

/** The reasons for which a run proves nothing: an idle run breaks no promise either. */
export function shortcomings(
  { faults, scene, truth, organizations, wakeUpsThere }: Outcome,
  options: Options,
): string[] {
  const { ledger, balancer, shared, followers, cast } = scene;
  const closings = followers.flatMap((follower) => follower.closings);
  const missing = faultsOf(options).filter((fault) => faults[fault] === 0);
  const isRestarted = options.rollingRestarts > 0;
  const findings: Finding[] = [
    [faults.kills < options.kills, 'The nodes were not killed often enough.'],
    [
      faults.kills > 0 && options.nodes > 1 && faults.deliveredMeanwhile === 0,
      'Nothing was delivered while a node was down.',
    ],
    [isRestarted && !closings.some(isFarewell), 'No socket was closed with 1001.'],
    [isRestarted && balancer.announced === 0, 'No node was seen to be unready before it stopped.'],
    [ledger.count('ACKNOWLEDGED') === 0, 'No write was acknowledged.'],
    [followers.some(({ received }) => received.length === 0), 'A client received nothing.'],
    [scene.consents !== null && truth.expiries.ended === 0, 'No consent ended.'],
    [organizations === 0, 'No organization was founded.'],
    [scene.page.answers === 0, 'No reader received the public page.'],
    [scene.page.events === 0, 'No stream of the public page had an event.'],
    [scene.endpoint.taken === 0, 'The webhook sent nothing.'],
    [scene.endpoint.failed === 0, 'No request of the webhook failed.'],
    [shared !== null && wakeUpsThere === 0, 'The other installation received no wake-up.'],
    ...(shared ? shortcomingsOfSharing(shared, cast.readers) : []),
  ];
  return [
    ...missing.map((fault) => `It had none: ${FAULTS[fault]}.`),
    ...findings.filter(([isSo]) => isSo).map(([, sentence]) => sentence),
  ];
}

function shortcomingsOfSharing(
  { failovers, neighbour }: SharedRedis,
  readers: readonly TemporaryReader[],
): Finding[] {
  const { names } = failovers;
  const withdrawn = readers.filter(({ isOver }) => isOver);
  return [
    [failovers.returned === 0, 'No node reported a failover of Redis and came back.'],
    [failovers.degraded === 0, 'No node was seen to be without a Redis during a failover.'],
    [failovers.bounded === 0, 'The nodes were not seen to count together after a failover.'],
    [withdrawn.length === 0, 'No permission was withdrawn during a failover.'],
    [withdrawn.some(({ hasReadNotes }) => !hasReadNotes), 'A permission was withdrawn before it was used.'],
    [names.ofKeys.size !== 2, `Keys in Redis had the names of ${names.ofKeys.size} installations.`],
    [names.ofChannels.size !== 2, `Channels had the names of ${names.ofChannels.size} installations.`],
    [neighbour.ledger.count('ACKNOWLEDGED') === 0, 'The other installation wrote nothing.'],
    [neighbour.organizations === 0, 'The other installation founded no organization.'],
  ];
}
