import { HOME } from '../../support/home-canary.ts';
import type { Place, RoomSample } from '../../support/room-sample.ts';

const AMOUNT = { amountMinor: 5_050_505_050_505, currency: 'EUR' };

/** A new payment for the unit of a place. */
function payment(place: Place, status: string) {
  const reference = `${HOME}-${place.customerText()}`;
  return { unitId: place.ids.Unit, amount: AMOUNT, status, reference, dueAt: '2026-01-01T00:00:00Z' };
}

export const sample: RoomSample = {
  rows: [
    {
      type: 'Payment',
      needs: ['Unit'],
      create: (place) => ['paymentRecord', { input: payment(place, 'PENDING') }],
      change: (place) => ['paymentUpdate', { input: { reference: `${HOME}-${place.customerText()}` } }],
      remove: 'paymentDelete',
    },
  ],
  guarded: [
    { text: String(AMOUNT.amountMinor), isSeenBy: ({ permissions }) => permissions.has('amounts:read') },
  ],
  async story({ run, another }) {
    const id = await another('Payment');
    await run('paymentFail', { id, input: { reason: 'no funds' } });
    await run('paymentReceive', { id, input: { method: 'CARD' } });
    await run('paymentRefund', { id, input: { reason: 'paid twice' } });
  },
  randomWrites: {
    plain: [
      ({ create, dice, places }) => {
        const status = dice.pick(['PENDING', 'RECEIVED', 'FAILED']);
        return create('Payment', ['paymentRecord', { input: payment(dice.pick(places), status) }]);
      },
      ({ attempt, dice, take, keep }) => {
        const id = take('Payment');
        if (!id || dice.chance(20)) return attempt('paymentDelete', { id: id ?? crypto.randomUUID() });
        keep('Payment', id);
        if (dice.chance(60)) return attempt('paymentReceive', { id, input: { method: 'CARD' } });
        return dice.pick([
          () => attempt('paymentFail', { id, input: { reason: 'no funds' } }),
          () => attempt('paymentRefund', { id, input: { reason: 'paid twice' } }),
        ])();
      },
    ],
  },
};
