import { signIn } from '../../support/installation.ts';
import { mutate } from '../../support/mutate.ts';
import { Person } from '../../support/person.ts';
import type { Place, RoomSample } from '../../support/room-sample.ts';
import { aMember } from '../../support/sample-people.ts';
import { notifiedOfIncident, unreadOf } from '../../support/unread-notification.ts';

/** Makes a user of the tenant, and finds its notification of an incident. */
async function aNotification({ ids, text }: Place, root: Person): Promise<string> {
  const [email, password] = [`${text()}@lockstep.test`, 'a password of a reader'];
  await mutate(root, 'userCreate', {
    input: { tenantId: ids.Tenant, role: 'SUPPORT', name: text(), email, password },
  });
  const reader = new Person(root.url, await signIn(root.url, email, password));
  return notifiedOfIncident(root, reader, { ids, title: text() });
}

export const sample: RoomSample = {
  rows: [{ type: 'Notification', needs: ['Service'], find: aNotification }],
  bounded: { 'Notification.params': 'as many as its text has' },
  async story(stage) {
    const { person } = await aMember(stage, 'OWNER');
    const fail = async () => {
      const id = await stage.another('Payment');
      await stage.run('paymentFail', { id, input: { reason: 'no funds' } });
      return unreadOf(person);
    };
    await stage.run('notificationMarkRead', { id: await fail() }, person);
    await fail();
    await stage.run('notificationsMarkAllRead', {}, person);
  },
};
