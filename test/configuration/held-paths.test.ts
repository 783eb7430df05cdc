import { expect, test } from '@jest/globals';
import { holding, releasingAbove } from '../../src/configuration/layers/held-paths.ts';
import { everyTypeAt } from '../../src/configuration/layers/inherited.ts';

const ADOPTED = { platform: everyTypeAt(7), lettings: everyTypeAt(3) };
const NAME = 'branding.name';
const LABELS = 'business.labels';

test('paths are held at what was adopted of each layer, at 0 of one that is new, and a hold that exists stays where it is', () => {
  const held = { platform: { [NAME]: 5 }, tenant: { [NAME]: 2 } };
  expect(holding(held, ADOPTED, ['platform', 'lettings', 'new'], [NAME, LABELS])).toEqual({
    platform: { [NAME]: 5, [LABELS]: 7 },
    lettings: { [NAME]: 3, [LABELS]: 3 },
    new: { [NAME]: 0, [LABELS]: 0 },
    tenant: { [NAME]: 2 },
  });
});

test('to hold twice is to hold once, and to release what was held leaves what was there before, on other layers too', () => {
  const before = { platform: { [NAME]: 5 }, tenant: { [LABELS]: 2 } };
  const once = holding(before, ADOPTED, ['platform', 'lettings'], [LABELS]);
  expect(holding(once, ADOPTED, ['platform', 'lettings'], [LABELS])).toEqual(once);
  expect(releasingAbove(once, 'tenant', [LABELS])).toEqual(before);
});
