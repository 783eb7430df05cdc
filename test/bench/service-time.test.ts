import { expect, test } from '@jest/globals';
import { ServiceTime } from '../../bench/torture/service-time.ts';

test('while nodes answer all the time, it passes as the clock does', () => {
  const service = answeredAt(0, 100, 200, 300);
  expect(service.until(300) - service.until(100)).toBe(200);
});

test('a minute in which no node answers counts as one moment', () => {
  const service = answeredAt(0, 100, 60_100, 60_200);
  expect(service.until(60_200) - service.until(100)).toBe(250);
  expect(service.until(30_000)).toBe(service.until(100));
});

test('on a machine that is ten times slower, it passes more slowly', () => {
  const service = answeredAt(0, 1_000, 2_000, 3_000);
  expect(service.until()).toBe(450);
});

function answeredAt(...times: number[]): ServiceTime {
  const service = new ServiceTime();
  for (const time of times) service.note(time);
  return service;
}
