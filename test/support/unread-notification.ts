import { mutate } from './mutate.ts';
import type { Person } from './person.ts';
import type { RowIds } from './room-sample.ts';

/** Waits until a user has an unread notification, and gives its id. */
export async function unreadOf(person: Person): Promise<string> {
  const asked = '{ notifications(first: 1, filter: { isRead: { equals: false } }) { nodes { id } } }';
  for (;;) {
    const { notifications } = await person.ask(asked);
    const [notification] = notifications.nodes;
    if (notification) return notification.id;
  }
}

/** Opens an incident, of which all users of the tenant are notified, and gives the id of the reader's notification. */
export async function notifiedOfIncident(
  root: Person,
  reader: Person,
  { ids, title }: { readonly ids: RowIds; readonly title: string },
): Promise<string> {
  const services = [{ serviceId: ids.Service, status: 'PARTIAL_OUTAGE' }];
  const input = { tenantId: ids.Tenant, title, impact: 'MAJOR', message: title, services };
  await mutate(root, 'incidentOpen', { input });
  return unreadOf(reader);
}
