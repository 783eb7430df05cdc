import { mutate, refusals } from './mutate.ts';
import type { Person, Variables } from './person.ts';

/** Everything that happens to incidents and services in a feed. */
export const CHANGES = `subscription ($after: Cursor) { changes(after: $after, types: [INCIDENT, INCIDENT_UPDATE, SERVICE]) {
  __typename ... on ChangeEvent { changedFields }
  ... on IncidentEvent { incident { status version } }
  ... on IncidentUpdateEvent { incidentUpdate { status visibility } }
  ... on ServiceEvent { service { status } } } }`;
const TIMELINE = `query ($id: ID!) { incident(id: $id) { status version updatedAt resolvedAt
  services { serviceId status service { name } } updates { totalCount nodes { status visibility isBackdated } } } }`;

/** The input of a new incident of a service. */
export const disturbance = (serviceId: string, more: object = {}) => ({
  title: 'Payments fail',
  impact: 'MAJOR',
  message: 'We are looking into it.',
  services: [{ serviceId, status: 'MAJOR_OUTAGE' }],
  ...more,
});

/** Opens an incident of a service, and gives its id. */
export async function openIncident(by: Person, serviceId: string, more: object = {}): Promise<string> {
  const input = disturbance(serviceId, more);
  return (await mutate(by, 'incidentOpen', { input }, 'incidentId')).incidentId;
}

/** Posts an update of an incident. */
export async function postUpdate(by: Person, incidentId: string, more: object = {}): Promise<void> {
  await mutate(by, 'incidentUpdatePost', { input: { incidentId, message: 'News.', ...more } });
}

/** An incident with its timeline, as a viewer sees it. */
export async function timelineFor(who: Person, id: string) {
  return (await who.ask(TIMELINE, { id })).incident;
}

/** Runs a mutation that must be refused, and gives the code and the path of each refusal. */
export async function refusedTo(by: Person, name: string, args: Variables): Promise<string[]> {
  return (await refusals(by, name, args)).map(({ code, path }) => [code, ...path].join(' '));
}

/** The changes that a viewer receives after a position. */
export function received(who: Person, after: string): Promise<{ readonly __typename: string }[]> {
  return who.follow(CHANGES, { after }).changesUntilCaughtUp();
}
