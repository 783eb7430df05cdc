import type { Tenant } from '../support/people.ts';
import { placeMarker, takeSnapshot } from './customers.ts';
import type { Follower } from './follower.ts';
import type { Expectation } from './verdict.ts';

/** The ids of the customers that mark one position in the feed of each tenant. */
export type Markers = ReadonlyMap<Tenant, string>;

/** The time for the last writes to arrive: catching up after a kill, or a poll, takes a second or two. */
const PATIENCE_MS = 30_000;

/** Marks a position in the feed of each tenant. */
export async function placeMarkers(tenants: readonly Tenant[], mark: string): Promise<Markers> {
  const markers = new Map<Tenant, string>();
  for (const tenant of tenants) markers.set(tenant, await placeMarker(tenant, mark));
  return markers;
}

/** Resolves when every client has received the marker of its tenant, or has had the time for it. */
export async function allReceive(followers: readonly Follower[], markers: Markers): Promise<void> {
  await Promise.all(
    followers.map((follower) => follower.arrival(markers.get(follower.parts.tenant) ?? '', PATIENCE_MS)),
  );
}

/** Says what each client had to receive between two markers, and the list that it had to end with. */
export function expectationsOf(
  followers: readonly Follower[],
  first: Markers,
  last: Markers,
): Promise<Expectation[]> {
  return Promise.all(
    followers.map(async (follower): Promise<Expectation> => {
      const { api, tenant } = follower.parts;
      const { customers: final } = await takeSnapshot(api, tenant.id);
      return { follower, final, markers: [first.get(tenant) ?? '', last.get(tenant) ?? ''] };
    }),
  );
}
