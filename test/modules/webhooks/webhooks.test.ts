import { expect, test } from '@jest/globals';
import { askedPause, MAX_ATTEMPTS, pauseAfter } from '../../../src/transport/webhooks/backoff.ts';
import { TenantPlaces } from '../../../src/transport/webhooks/tenant-places.ts';
import { typeOfEvent } from '../../../src/transport/webhooks/webhook-results.ts';

const NOW = new Date('2026-11-30T12:00:00Z');

test.each([
  [undefined, 0],
  ['300', 300],
  [' 7 ', 7],
  ['-1', 0],
  ['abc', 0],
  ['', 0],
  ['99999999999', 86_400],
  ['Mon, 30 Nov 2026 12:02:00 GMT', 120],
  ['Sun, 30 Nov 2025 12:00:00 GMT', 0],
])('Retry-After: %j asks for %i seconds', (text, seconds) => {
  expect(askedPause(text, NOW)).toBe(seconds);
});

test('a pause is that of the schedule or what was asked, at most a fifth longer, and none follows the last attempt', () => {
  for (const random of [0, 0.5, 0.999]) {
    expect(pauseAfter(1, 300, () => random)).toBe(300 * (1 + 0.2 * random));
    expect(pauseAfter(2, 0, () => random)).toBe(300 * (1 + 0.2 * random));
  }
  expect(pauseAfter(MAX_ATTEMPTS, 300)).toBeNull();
});

test('the type of an event is its entity and its verb', () => {
  expect(typeOfEvent('CustomerCreated')).toBe('customer.created');
  expect(typeOfEvent('MaintenanceRequestUpdated')).toBe('maintenance_request.updated');
});

test('a tenant has so many places, and who found none is called when one is free', () => {
  const places = new TenantPlaces();
  let calls = 0;
  expect(places.take('acme', 40, () => {})).toBe(32);
  const wait = () => {
    calls += 1;
  };
  expect(places.take('acme', 1, wait)).toBe(0);
  expect(places.take('globex', 1, wait)).toBe(1);
  places.give('acme', 1);
  places.give('acme', 1);
  expect(calls).toBe(1);
});
