import { mutate } from './mutate.ts';
import { PATIENCE_MS } from './patience.ts';
import type { Person } from './person.ts';

/** A notification as tests look at it. */
export interface Told {
  readonly id: string;
  readonly messageKey: string;
  readonly text: string;
  readonly severity: string;
  readonly entityType: string;
  readonly entityId: string;
  readonly count: number;
  readonly isRead: boolean;
}

const FIELDS = 'id messageKey text severity entityType entityId count isRead';

/** The notifications of a user, the latest first, and the number of unread ones. */
export async function inboxOf(person: Person): Promise<{ readonly told: Told[]; readonly unread: number }> {
  const { notifications, unreadCount } = await person.ask(
    `{ notifications(first: 100) { nodes { ${FIELDS} } } unreadCount }`,
  );
  return { told: notifications.nodes, unread: unreadCount };
}

/** Waits until the notifications of a user are as a test expects them. */
export async function untilInbox(person: Person, isAsExpected: (told: Told[]) => boolean): Promise<Told[]> {
  for (const deadline = Date.now() + PATIENCE_MS; ; ) {
    const { told } = await inboxOf(person);
    if (isAsExpected(told)) return told;
    if (Date.now() > deadline) throw new Error(`Notifications did not come: ${JSON.stringify(told)}`);
  }
}

/** Opens an incident of the tenant of a user and gives its id. */
export async function openedIncident(by: Person, title = 'Lift stuck'): Promise<string> {
  const name = `Lift ${crypto.randomUUID().slice(0, 8)}`;
  const { serviceId } = await mutate(by, 'serviceCreate', { input: { name } }, 'serviceId');
  const services = [{ serviceId, status: 'MAJOR_OUTAGE' }];
  const input = { title, impact: 'MAJOR', services, message: 'We look into it.' };
  return (await mutate(by, 'incidentOpen', { input }, 'incidentId')).incidentId;
}
