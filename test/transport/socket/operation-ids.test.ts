import { expect, test } from '@jest/globals';
import { OperationIds } from '../../../src/transport/socket/operation-ids.ts';

/** Operations that end on demand, and the names of those that have begun. */
function operations() {
  const ids = new OperationIds();
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const run = (id: string, name: string) =>
    ids.run(id, () => {
      begun.push(name);
      return new Promise<void>((resolve) => ends.set(name, resolve));
    });
  return { ids, begun, run, end: (name: string) => ends.get(name)?.() };
}

test('an operation starts when the completed one with the same id has ended, others start immediately', async () => {
  const { ids, begun, run, end } = operations();
  const first = run('1', 'first');
  ids.complete('1');
  const second = run('1', 'second');
  void run('2', 'other');
  expect(begun).toEqual(['first', 'other']);
  end('first');
  await first;
  expect(begun).toEqual(['first', 'other', 'second']);
  end('second');
  await second;
});

test('an operation that is completed while it waits never starts', async () => {
  const { ids, begun, run, end } = operations();
  void run('1', 'first');
  ids.complete('1');
  const second = run('1', 'second');
  ids.complete('1');
  const third = run('1', 'third');
  end('first');
  await second;
  end('third');
  await third;
  expect(begun).toEqual(['first', 'third']);
});

test('a completed operation is counted until it has ended', async () => {
  const { ids, run, end } = operations();
  const first = run('1', 'first');
  ids.complete('1');
  const second = run('1', 'second');
  const counts = [ids.count];
  end('first');
  await first;
  counts.push(ids.count);
  end('second');
  await second;
  expect([...counts, ids.count]).toEqual([2, 1, 0]);
});
