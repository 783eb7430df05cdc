import { HOME } from '../../support/home-canary.ts';
import type { Place, RoomSample } from '../../support/room-sample.ts';
import { aMember } from '../../support/sample-people.ts';

/** The texts of a request. */
function report(place: Place) {
  return { title: `${HOME}-${place.customerText()}`, description: place.customerText() };
}

export const sample: RoomSample = {
  rows: [
    {
      type: 'MaintenanceRequest',
      needs: ['Unit', 'Team'],
      create: (place) => [
        'maintenanceRequestCreate',
        { input: { unitId: place.ids.Unit, teamId: place.ids.Team, ...report(place) } },
      ],
      change: (place) => ['maintenanceRequestUpdate', { input: report(place) }],
      remove: 'maintenanceRequestDelete',
    },
  ],
  async story(stage) {
    const { run } = stage;
    const close = async () => {
      const { userId: assigneeId } = await aMember(stage, 'MANAGER');
      const id = await stage.another('MaintenanceRequest');
      await run('maintenanceRequestAssign', { id, assigneeId });
      await run('maintenanceRequestStatusSet', { id, status: 'IN_PROGRESS' });
      await run('maintenanceRequestStatusSet', { id, status: 'RESOLVED', resolution: 'Bled it' });
      await run('maintenanceRequestStatusSet', { id, status: 'CLOSED' });
      return { id, assigneeId };
    };
    const { id, assigneeId } = await close();
    await run('maintenanceRequestReopen', { id, input: { reason: 'Cold again' } });
    await run('userDelete', { id: assigneeId });
    // A request that stays closed, and stays with its assignee.
    await close();
  },
  randomWrites: {
    plain: [
      ({ create, dice, places }) => {
        const place = dice.pick(places);
        const input = { unitId: place.ids.Unit, ...report(place), priority: dice.pick(['LOW', 'URGENT']) };
        return create('MaintenanceRequest', ['maintenanceRequestCreate', { input }]);
      },
      ({ attempt, dice, take, keep, people }) => {
        const id = take('MaintenanceRequest');
        if (!id || dice.chance(10))
          return attempt('maintenanceRequestDelete', { id: id ?? crypto.randomUUID() });
        keep('MaintenanceRequest', id);
        const assigneeId = dice.chance(80) ? dice.pick(people).userId : null;
        const status = dice.pick(['IN_PROGRESS', 'RESOLVED', 'CLOSED']);
        return dice.pick([
          () => attempt('maintenanceRequestAssign', { id, assigneeId }),
          () => attempt('maintenanceRequestAssign', { id, assigneeId }),
          () => attempt('maintenanceRequestStatusSet', { id, status }),
          () => attempt('maintenanceRequestReopen', { id }),
        ])();
      },
    ],
  },
};
