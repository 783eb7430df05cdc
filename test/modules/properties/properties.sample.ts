import { HOME, isSeenByReadersOfHomes } from '../../support/home-canary.ts';
import type { RoomSample } from '../../support/room-sample.ts';

export const sample: RoomSample = {
  rows: [
    {
      type: 'Property',
      needs: ['Customer'],
      create: (place) => [
        'propertyCreate',
        {
          input: {
            customerId: place.ids.Customer,
            externalId: `${HOME}-${place.customerText()}`,
            name: `${HOME}-${place.customerText()}`,
            address: place.customerText(),
          },
        },
      ],
      change: (place) => ['propertyUpdate', { input: { name: `${HOME}-${place.customerText()}` } }],
      remove: 'propertyDelete',
    },
    {
      type: 'Unit',
      needs: ['Property', 'User'],
      create: (place) => [
        'unitCreate',
        {
          input: {
            propertyId: place.ids.Property,
            externalId: `${HOME}-${place.customerText()}`,
            label: `${HOME}-${place.customerText()}`,
            residentId: place.ids.User,
          },
        },
      ],
      change: (place) => ['unitUpdate', { input: { label: `${HOME}-${place.customerText()}` } }],
      remove: 'unitDelete',
    },
  ],
  guarded: [{ text: HOME, isSeenBy: isSeenByReadersOfHomes }],
  async story({ run, another }) {
    await run('unitResidentSet', { id: await another('Unit'), residentId: null });
    await run('unitResidentSet', { id: await another('Unit'), residentId: await another('User') });
  },
  randomWrites: {
    linked: [
      ({ attempt, create, dice, take, places }) => {
        const id = take('Property');
        if (id && dice.chance(60)) return attempt('propertyDelete', { id });
        const place = dice.pick(places);
        const name = `${HOME}-${place.customerText()}`;
        const input = { customerId: place.ids.Customer, name, address: name };
        return create('Property', ['propertyCreate', { input }]);
      },
      ({ attempt, dice, places }) => {
        const place = dice.pick(places);
        const text = `${HOME}-${place.customerText()}`;
        return dice.chance(50)
          ? attempt('unitUpdate', { id: place.ids.Unit, input: { label: text } })
          : attempt('propertyUpdate', { id: place.ids.Property, input: { name: text } });
      },
      ({ attempt, dice, places, people }) => {
        const residents = people.filter(({ role }) => role === 'RESIDENT');
        const residentId = dice.chance(80) ? dice.pick(residents).userId : null;
        return attempt('unitResidentSet', { id: dice.pick(places).ids.Unit, residentId });
      },
    ],
  },
};
