import type { Person } from '../../support/person.ts';
import type { Place, RoomSample } from '../../support/room-sample.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Long enough for the request that schedules it. */
const SOON_MS = 500;

/** A time so many milliseconds from now. */
const ahead = (ms: number) => new Date(Date.now() + ms).toISOString();

/** A window of tomorrow: the walks are over before it starts. */
const plan = ({ ids, text }: Pick<Place, 'ids' | 'text'>) => ({
  tenantId: ids.Tenant,
  teamId: ids.Team,
  title: text(),
  description: text(),
  startsAt: ahead(DAY_MS),
  endsAt: ahead(DAY_MS + HOUR_MS),
  serviceIds: [ids.Service],
});

/** Waits until due work has started a window. */
async function untilStarted(root: Person, id: string): Promise<void> {
  const asked = 'query ($id: ID!) { maintenanceWindow(id: $id) { startedAt } }';
  while (!(await root.ask(asked, { id })).maintenanceWindow.startedAt);
}

export const sample: RoomSample = {
  rows: [
    {
      type: 'MaintenanceWindow',
      needs: ['Service', 'Team'],
      create: (place) => ['maintenanceWindowSchedule', { input: plan(place) }],
      change: (place) => ['maintenanceWindowUpdate', { input: { title: place.text() } }],
    },
  ],
  async story(stage) {
    const id = await stage.another('MaintenanceWindow');
    await stage.run('maintenanceWindowExtend', { id, endsAt: ahead(2 * DAY_MS) });
    await stage.run('maintenanceWindowCancel', { id });
    const now = { startsAt: ahead(SOON_MS), endsAt: ahead(HOUR_MS) };
    const input = { ...plan(stage), ...now };
    const { maintenanceWindowId } = await stage.run(
      'maintenanceWindowSchedule',
      { input },
      stage.root,
      'maintenanceWindowId',
    );
    await untilStarted(stage.root, maintenanceWindowId);
    await stage.run('maintenanceWindowCancel', { id: maintenanceWindowId });
  },
  randomWrites: {
    plain: [
      ({ create, dice, places }) =>
        create('MaintenanceWindow', ['maintenanceWindowSchedule', { input: plan(dice.pick(places)) }]),
      ({ attempt, dice, take, keep, spare }) => {
        const id = take('MaintenanceWindow');
        if (!id) return attempt('maintenanceWindowCancel', { id: crypto.randomUUID() });
        keep('MaintenanceWindow', id);
        return dice.chance(30)
          ? attempt('maintenanceWindowCancel', { id })
          : attempt('maintenanceWindowUpdate', { id, input: { title: spare.text() } });
      },
    ],
  },
  bounded: { 'MaintenanceWindow.serviceIds': 'at most 50 services of each window' },
};
