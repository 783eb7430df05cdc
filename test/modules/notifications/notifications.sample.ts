import type { Person } from '../../support/person.ts';
import type { RoomSample } from '../../support/room-sample.ts';
import { aMember } from '../../support/sample-people.ts';

/** Waits until due work has told a user of something, and gives the id of what is unread. */
async function unreadOf(person: Person): Promise<string> {
  const asked = '{ notifications(first: 1, filter: { isRead: { equals: false } }) { nodes { id } } }';
  for (;;) {
    const { notifications } = await person.ask(asked);
    const [notification] = notifications.nodes;
    if (notification) return notification.id;
  }
}

export const sample: RoomSample = {
  rows: [],
  derived: ['Notification'],
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
