import { OneAtATime } from '../../src/lib/one-at-a-time.ts';

const turns = new OneAtATime();

/**
 * Runs work on the layers of the platform after all such work before it: these layers are the same for all tenants, and the
 * rows of several tenants are made at the same time.
 */
export function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
  return turns.run('platform', work);
}
