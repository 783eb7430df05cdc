import { isCustomerRole } from '../../../src/core/rights/viewer.ts';
import type { Place, RoomSample } from '../../support/room-sample.ts';

const CONTACT = 'canary-contact';
const NOTE = 'canary-note';

/** The contact of a customer, with its addresses. */
function contact(place: Place) {
  return {
    company: place.customerText(),
    contactName: place.customerText(),
    email: `${CONTACT}-${place.customerText()}@lockstep.test`,
    phone: `${CONTACT}-${place.text()}`,
    internalNotes: `${NOTE}-${place.customerText()}`,
  };
}

export const sample: RoomSample = {
  rows: [
    {
      type: 'Customer',
      needs: ['Tenant', 'Plan'],
      create: (place) => [
        'customerCreate',
        {
          input: {
            tenantId: place.ids.Tenant,
            planId: place.ids.Plan,
            externalId: place.customerText(),
            ...contact(place),
          },
        },
      ],
      change: (place) => ['customerUpdate', { input: contact(place) }],
      remove: 'customerDelete',
    },
  ],
  derived: ['CustomerStats'],
  guarded: [
    {
      text: CONTACT,
      // Those who may only use it see it while the customer consents.
      isSeenBy: ({ permissions, role }) =>
        permissions.has('contacts:read') || (permissions.has('contacts:use') && !isCustomerRole(role)),
    },
    {
      text: NOTE,
      isSeenBy: ({ permissions, role }) => permissions.has('notes:read') && !isCustomerRole(role),
    },
  ],
  bounded: { 'CustomerStats.byStatus': 'one for each status' },
  randomWrites: {
    plain: [
      ({ create, dice, tenantId, places, spare }) => {
        const kind = dice.pick(['COMPANY', 'INDIVIDUAL']);
        const planId = dice.pick(places).ids.Plan;
        return create('Customer', [
          'customerCreate',
          { input: { tenantId, planId, kind, ...contact(spare) } },
        ]);
      },
      ({ attempt, dice, places }) => {
        const place = dice.pick(places);
        const { company, phone, internalNotes } = contact(place);
        const input = {
          company,
          ...dice.pick([{}, { phone }, { phone: null }]),
          ...dice.pick([{}, { internalNotes }, { status: 'ACTIVE' }]),
          ...dice.pick([{}, { planId: dice.pick([...places.map(({ ids }) => ids.Plan), null]) }]),
        };
        return attempt('customerUpdate', { id: place.ids.Customer, input });
      },
      ({ attempt, dice, places, take }) => {
        const id = take('Customer') ?? places[0]?.ids.Customer;
        if (dice.chance(60)) return attempt('customerDelete', { id });
        const input = { status: dice.pick(['TRIAL', 'PAST_DUE', 'SUSPENDED']), kind: 'INDIVIDUAL' };
        return attempt('customerUpdate', { id, input });
      },
    ],
  },
};
