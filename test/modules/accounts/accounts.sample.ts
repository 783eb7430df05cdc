import type { RoomSample } from '../../support/room-sample.ts';
import { aMember } from '../../support/sample-people.ts';

export const sample: RoomSample = {
  rows: [],
  async story(stage) {
    const owner = await aMember(stage, 'OWNER');
    await stage.run('accountUpdate', { input: { phone: stage.text() } }, owner.person);
  },
  randomWrites: {
    plain: [
      ({ owner, dice, attempt }) =>
        attempt('accountUpdate', { input: { phone: `canary-contact-${dice.below(100)}` } }, owner),
    ],
  },
};
