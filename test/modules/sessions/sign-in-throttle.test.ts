import { describe, expect, test } from '@jest/globals';
import type { RequestError } from '../../../src/core/requests/errors.ts';
import { CountingThrottle } from '../../../src/modules/sessions/sign-in-throttle.ts';

describe('the throttle of sign-ins', () => {
  test('the sixth attempt at an account is refused, wherever it comes from', async () => {
    const throttle = new CountingThrottle(null);
    for (let host = 1; host <= 5; host += 1) await throttle.attempt('ada@example.com', `192.0.2.${host}`);
    await expect(throttle.attempt('ada@example.com', '192.0.2.6')).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      message: 'Too many failed attempts: wait 15 minutes.',
    } satisfies Partial<RequestError>);
    await expect(throttle.attempt('bob@example.com', '192.0.2.6')).resolves.toBeUndefined();
  });

  test('attempts at the same moment are all counted', async () => {
    const throttle = new CountingThrottle(null);
    const attempts = Array.from({ length: 20 }, () => throttle.attempt('ada@example.com', '192.0.2.1'));
    const outcomes = await Promise.allSettled(attempts);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
  });

  test('signing in clears the failures of the account', async () => {
    const throttle = new CountingThrottle(null);
    for (let round = 1; round <= 20; round += 1) {
      await throttle.attempt('ada@example.com', '192.0.2.1');
      await throttle.succeeded('ada@example.com', '192.0.2.1');
    }
  });

  test('an attempt that is taken back leaves the earlier failures counted', async () => {
    const throttle = new CountingThrottle(null);
    for (let failure = 1; failure <= 5; failure += 1) {
      for (let round = 1; round <= 20; round += 1) {
        await throttle.attempt('ada@example.com', '192.0.2.1');
        await throttle.takeBack('ada@example.com', '192.0.2.1');
      }
      await throttle.attempt('ada@example.com', '192.0.2.1');
    }
    await expect(throttle.attempt('ada@example.com', '192.0.2.1')).rejects.toMatchObject({
      code: 'RATE_LIMITED',
    });
  });

  test.each([
    ['an IPv4 address', () => '192.0.2.1'],
    ['an IPv6 network of 64 bits', (n: number) => `2001:db8:1:2:${n.toString(16)}::1`],
    ['IPv4 in IPv6', () => '::ffff:192.0.2.1'],
  ])('the 51st failure from %s is refused, whatever the accounts', async (_what, address) => {
    const throttle = new CountingThrottle(null);
    for (let n = 1; n <= 50; n += 1) await throttle.attempt(`user-${n}@example.com`, address(n));
    await expect(throttle.attempt('ada@example.com', address(51))).rejects.toMatchObject({
      code: 'RATE_LIMITED',
    });
    await expect(throttle.attempt('ada@example.com', '2001:db8:1:3::1')).resolves.toBeUndefined();
  });
});
