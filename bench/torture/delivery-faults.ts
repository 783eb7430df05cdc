import type { LoggedChange } from './truth.ts';
import type { Conduct } from './verdict.ts';

/**
 * Compares the events that the endpoint of a webhook has accepted, each at its first time, with the changes of one feed
 * between the creations of two customers.
 */
export function deliveryFaults(
  accepted: ReadonlySet<string>,
  changes: readonly LoggedChange[],
  markers: readonly string[],
): Pick<Conduct, 'unsent' | 'unordered'> {
  const seqOf = (marker: string | undefined) =>
    changes.find(({ customerId }) => customerId === marker)?.seq ?? 0;
  const [first, last] = [seqOf(markers[0]), seqOf(markers[1])];
  const due = changes.filter(({ seq }) => seq > first && seq <= last);
  const byEventId = new Map(changes.map((change) => [change.eventId, change]));
  const latest = new Map<string, number>();
  let unordered = 0;
  for (const eventId of accepted) {
    const change = byEventId.get(eventId);
    if (!change) continue;
    const before = latest.get(change.customerId) ?? 0;
    if (change.seq < before) unordered += 1;
    latest.set(change.customerId, Math.max(change.seq, before));
  }
  return { unsent: due.filter(({ eventId }) => !accepted.has(eventId)).length, unordered };
}
