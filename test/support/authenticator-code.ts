import { generateSync } from 'otplib';
import { systemClock } from '../../src/core/process/clock.ts';

/** The code that an authenticator with this secret shows, `steps` steps of 30 seconds from now. */
export function codeOf(secret: string, steps = 0): string {
  return generateSync({ secret, epoch: Math.floor(systemClock.now().getTime() / 1_000) + steps * 30 });
}
