import { expect, test } from '@jest/globals';
import { PasswordQueue } from '../../../src/modules/sessions/password-queue.ts';

test('X: networks that fill the queue of passwords are refused, and do not keep another network out', async () => {
  const queue = new PasswordQueue();
  const outcomeOf = (ip: string) =>
    queue.verify(null, 'a password', ip).catch(({ code, retryAfter }) => [code, retryAfter]);
  const crowd = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
  const filling = crowd.flatMap((ip) => Array.from({ length: 101 }, () => outcomeOf(ip)));
  const other = Array.from({ length: 3 }, () => outcomeOf('192.0.2.4'));
  const refused = (await Promise.all(filling)).filter((outcome) => outcome !== false);
  expect(refused).toEqual(crowd.map(() => ['RATE_LIMITED', 2]));
  expect(await Promise.all(other)).toEqual([false, false, ['RATE_LIMITED', 2]]);
});
