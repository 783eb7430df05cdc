import { isCustomerRole } from '../../../src/core/rights/viewer.ts';
import type { Place, RoomSample } from '../../support/room-sample.ts';

const REASON = 'canary-override';

/** The texts of a service. */
function texts(place: Place) {
  return { name: place.text(), group: `Group of ${place.canary}`, description: place.text() };
}

export const sample: RoomSample = {
  rows: [
    {
      type: 'Service',
      needs: ['Tenant', 'Team'],
      create: (place) => [
        'serviceCreate',
        { input: { tenantId: place.ids.Tenant, teamId: place.ids.Team, ...texts(place) } },
      ],
      change: (place) => ['serviceUpdate', { input: texts(place) }],
      remove: 'serviceDelete',
    },
  ],
  bounded: {
    'ServiceUptime.days': 'at most 90',
    'ServiceUptime.months': 'those of at most 90 days',
    'Uptime.byStatus': 'one for each status',
  },
  guarded: [{ text: REASON, isSeenBy: ({ role }) => !isCustomerRole(role) }],
  async story({ run, another, text }) {
    const id = await another('Service');
    const reason = `${REASON}-${text()}`;
    await run('serviceStatusSet', { id, status: 'PARTIAL_OUTAGE', reason, until: '9999-01-01T00:00:00Z' });
    await run('serviceStatusSet', { id, status: 'MAJOR_OUTAGE', reason });
    await run('serviceStatusClear', { id });
    await run('serviceStatusSet', { id, status: 'DEGRADED_PERFORMANCE', reason });
    const until = '9999-01-01T00:00:00Z';
    await run('serviceStatusSet', { id: await another('Service'), status: 'MAJOR_OUTAGE', reason, until });
  },
  randomWrites: {
    plain: [
      ({ create, tenantId, spare }) =>
        create('Service', ['serviceCreate', { input: { tenantId, ...texts(spare) } }]),
      ({ attempt, dice, take, keep, spare }) => {
        const id = take('Service') ?? crypto.randomUUID();
        if (dice.chance(20)) return attempt('serviceDelete', { id });
        keep('Service', id);
        const status = dice.pick(['OPERATIONAL', 'PARTIAL_OUTAGE', 'MAJOR_OUTAGE']);
        return dice.pick([
          () => attempt('serviceStatusSet', { id, status, reason: `${REASON}-${spare.text()}` }),
          () => attempt('serviceStatusClear', { id }),
          () => attempt('serviceUpdate', { id, input: texts(spare) }),
        ])();
      },
    ],
  },
};
