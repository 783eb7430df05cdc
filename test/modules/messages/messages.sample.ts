import { isCustomerRole } from '../../../src/core/rights/viewer.ts';
import { mutate } from '../../support/mutate.ts';
import type { Place, RoomSample } from '../../support/room-sample.ts';

/** The first word of a note of the staff. */
const INTERNAL = 'Aside';

const onRequest = ({ ids, customerText }: Pick<Place, 'ids' | 'customerText'>) => ({
  maintenanceRequestId: ids.MaintenanceRequest,
  body: customerText(),
});

export const sample: RoomSample = {
  rows: [
    {
      type: 'Message',
      needs: ['MaintenanceRequest'],
      create: (place) => ['messageSend', { input: onRequest(place) }],
      change: (place) => ['messageUpdate', { input: { body: place.customerText() } }],
    },
    {
      type: 'ReadMark',
      needs: ['Message'],
      // A user has one in each conversation.
      isOnly: true,
      find: async ({ ids }, root) =>
        (await mutate(root, 'messageMarkRead', { id: ids.Message }, 'readMarkId')).readMarkId,
    },
  ],
  bounded: { 'TypingChanged.users': 'at most 20' },
  async story(stage) {
    const { run, ids } = stage;
    const id = await stage.another('Message');
    await run('messageMarkRead', { id });
    await run('messageDelete', { id });
    const note = { maintenanceRequestId: ids.MaintenanceRequest, isInternal: true };
    await run('messageSend', { input: { ...note, body: `${INTERNAL}-${stage.customerText()}` } });
    const onOthers = [
      { incidentId: ids.Incident, body: `${INTERNAL}-${stage.text()}`, isInternal: true },
      { customerId: ids.Customer, body: stage.customerText() },
    ];
    for (const input of onOthers) {
      const { messageId } = await run('messageSend', { input }, stage.root, 'messageId');
      await run('messageMarkRead', { id: messageId });
    }
    await run('typingSet', { input: { maintenanceRequestId: ids.MaintenanceRequest, isTyping: true } });
  },
  randomWrites: {
    plain: [
      ({ create, dice, places }) => {
        const place = dice.pick(places);
        const isInternal = dice.chance(30);
        return create('Message', ['messageSend', { input: { ...onRequest(place), isInternal } }]);
      },
      ({ attempt, take, keep, dice, places }) => {
        const id = take('Message');
        if (!id) return attempt('messageDelete', { id: crypto.randomUUID() });
        keep('Message', id);
        if (dice.chance(30)) return attempt('messageDelete', { id });
        return attempt('messageUpdate', { id, input: { body: dice.pick(places).customerText() } });
      },
    ],
  },
  guarded: [{ text: INTERNAL, isSeenBy: ({ role }) => !isCustomerRole(role) }],
};
