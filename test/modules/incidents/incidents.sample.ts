import { isCustomerRole } from '../../../src/core/rights/viewer.ts';
import type { Place, RoomSample } from '../../support/room-sample.ts';

/** The key of an incident, and an update for the staff alone. */
const INTERNAL = 'Withheld';

/** A new incident of the tenant of a place. */
const disturbance = ({ ids, text }: Pick<Place, 'ids' | 'text'>) => ({
  tenantId: ids.Tenant,
  teamId: ids.Team,
  title: text(),
  impact: 'MAJOR',
  message: text(),
  services: [{ serviceId: ids.Service, status: 'PARTIAL_OUTAGE' }],
  key: `${INTERNAL}-${text()}`,
});

export const sample: RoomSample = {
  rows: [
    {
      type: 'Incident',
      needs: ['Service', 'Team'],
      create: (place) => ['incidentOpen', { input: disturbance(place) }],
      change: (place) => ['incidentUpdate', { input: { title: place.text() } }],
      remove: 'incidentDelete',
    },
    {
      type: 'IncidentUpdate',
      needs: ['Incident'],
      create: (place) => [
        'incidentUpdatePost',
        { input: { incidentId: place.ids.Incident, message: place.text() } },
      ],
    },
  ],
  async story(stage) {
    const { run, text, ids, root } = stage;
    const id = await stage.another('Incident');
    const email = `${text()}@lockstep.test`;
    const lead = { tenantId: ids.Tenant, role: 'CSR', name: text(), email, password: 'a password of a lead' };
    const { userId: leadId } = await run('userCreate', { input: lead }, root, 'userId');
    await run('incidentUpdate', { id, input: { leadId } });
    const post = (more: object) => run('incidentUpdatePost', { input: { incidentId: id, ...more } });
    await post({ message: `${INTERNAL}-${text()}`, visibility: 'STAFF' });
    await post({ message: text(), visibility: 'PUBLIC', status: 'IDENTIFIED' });
    await run('incidentResolve', { id, input: { message: text() } });
    await run('incidentReopen', { id, input: { message: text() } });
    await run('incidentResolve', { id, input: { message: text(), visibility: 'PUBLIC' } });
  },
  randomWrites: {
    // The services of an incident are shown as they are at the time of delivery.
    linked: [
      ({ create, dice, places }) =>
        create('Incident', ['incidentOpen', { input: disturbance(dice.pick(places)) }]),
      ({ attempt, dice, take, keep, spare }) => {
        const id = take('Incident');
        if (!id || dice.chance(20)) return attempt('incidentDelete', { id: id ?? crypto.randomUUID() });
        keep('Incident', id);
        const message = spare.text();
        const visibility = dice.pick(['PUBLIC', 'TENANT', 'STAFF']);
        const status = dice.pick([null, null, 'IDENTIFIED', 'MONITORING', 'RESOLVED', 'INVESTIGATING']);
        return attempt('incidentUpdatePost', { input: { incidentId: id, message, visibility, status } });
      },
    ],
  },
  bounded: { 'Incident.services': 'at most 50 services of each incident' },
  guarded: [{ text: INTERNAL, isSeenBy: ({ role }) => !isCustomerRole(role) }],
};
