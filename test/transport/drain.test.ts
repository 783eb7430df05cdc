import { describe, expect, test } from '@jest/globals';
import { Drain } from '../../src/transport/drain.ts';

const LONG_MS = 60_000;

/** A drain with clients of these names, which leave when it asks them to; `told` has the names of those it asked. */
function aDrain(...names: string[]) {
  const drain = new Drain();
  const told: string[] = [];
  const leave = new Map<string, () => void>();
  for (const name of names) {
    const hasLeft = drain.add(() => {
      told.push(name);
      hasLeft();
    });
    leave.set(name, hasLeft);
  }
  return { drain, told, leave };
}

describe('a drain', () => {
  test('sends clients away in the order in which they came, and not all together', async () => {
    const { drain, told } = aDrain('a', 'b', 'c');
    const over = drain.run(LONG_MS);
    const atOnce = [...told];
    await over;
    expect([atOnce, told]).toEqual([['a'], ['a', 'b', 'c']]);
  });

  test('skips clients that have left, and is done when all have', async () => {
    const { drain, told, leave } = aDrain('a', 'b', 'c');
    leave.get('a')?.();
    const over = drain.run(LONG_MS);
    leave.get('c')?.();
    leave.get('b')?.();
    await over;
    expect(told).toEqual(['b']);
  });

  test('sends a client that comes too late away immediately', async () => {
    const { drain } = aDrain();
    await drain.run(LONG_MS);
    await new Promise<void>((told) => drain.add(told));
  });

  test('does not wait for ever for a client that does not leave', async () => {
    const drain = new Drain();
    let told = 0;
    for (let client = 0; client < 100; client += 1) {
      drain.add(() => {
        told += 1;
      });
    }
    await drain.run(20);
    expect(told).toBe(100);
  });

  test('is done immediately without clients', async () => {
    await new Drain().run(LONG_MS);
  });
});
