import { expect, test } from '@jest/globals';
import { CatchUpTurns } from '../../../src/live/subscriptions/catch-up-turns.ts';

/** Takes turns, and notes in which order they begin and how many run together. */
class Turns {
  readonly order: string[] = [];
  most = 0;
  readonly #turns = new CatchUpTurns();
  readonly #done: Promise<void>[] = [];
  readonly #ends: (() => void)[] = [];
  #running = 0;

  /** Asks for turns of one connection of a client. */
  ask(count: number, client: string, feed = 'acme', connection = client): void {
    for (let number = 1; number <= count; number += 1) {
      this.#done.push(
        this.#turns.run({ client, connection, feed }, async () => {
          this.order.push(`${connection} ${number}`);
          this.#running += 1;
          this.most = Math.max(this.most, this.#running);
          await new Promise<void>((resolve) => this.#ends.push(resolve));
          this.#running -= 1;
        }),
      );
    }
  }

  /** Ends the turns one after the other, in the order in which they began, until all are done. */
  async finish(): Promise<void> {
    let isDone = false;
    const all = Promise.all(this.#done).then(() => {
      isDone = true;
    });
    while (!isDone) {
      await new Promise(setImmediate);
      this.#ends.shift()?.();
      await new Promise(setImmediate);
    }
    await all;
  }
}

test('19: a client that catches up with very many subscriptions leaves every second turn to the others', async () => {
  const turns = new Turns();
  turns.ask(100, 'ada');
  turns.ask(4, 'bob');
  await turns.finish();
  const place = (name: string) => turns.order.indexOf(name);
  expect(turns.order).toHaveLength(104);
  expect(['bob 1', 'bob 2', 'bob 3', 'bob 4'].map(place)).toEqual([2, 3, 6, 7]);
});

test('19: the sockets of one client take turns', async () => {
  const turns = new Turns();
  turns.ask(5, 'ada', 'acme', 'first');
  turns.ask(2, 'ada', 'acme', 'second');
  await turns.finish();
  expect(turns.order).toEqual([
    'first 1',
    'first 2',
    'first 3',
    'second 1',
    'first 4',
    'second 2',
    'first 5',
  ]);
});

test('a crowd in one feed delays no other feed, and at most four slices are read and rendered at a time', async () => {
  const turns = new Turns();
  for (let user = 0; user < 50; user += 1) turns.ask(1, `user ${user}`);
  turns.ask(2, 'bob', 'globex');
  await turns.finish();
  expect(['bob 1', 'bob 2'].map((name) => turns.order.indexOf(name))).toEqual([5, 7]);
  expect(turns.most).toBe(4);
});

test('a turn that fails rejects for its subscription, and the next one begins', async () => {
  const turns = new CatchUpTurns();
  const catchUp = { client: 'ada', connection: 'first', feed: 'acme' };
  const failed = turns.run(catchUp, () => Promise.reject(new Error('no')));
  const next = turns.run(catchUp, async () => 'yes');
  await expect(failed).rejects.toThrow('no');
  expect(await next).toBe('yes');
});

test('what is live is served between two turns: each begins in a turn of the event loop of its own', async () => {
  const turns = new CatchUpTurns();
  const seen: string[] = [];
  const catchUp = (name: string) =>
    turns.run({ client: 'ada', connection: 'first', feed: 'acme' }, async () => {
      seen.push(name);
      setImmediate(() => seen.push(`live, after ${name}`));
    });
  await Promise.all([catchUp('one'), catchUp('two'), catchUp('three')]);
  expect(seen.indexOf('live, after one')).toBeLessThan(seen.indexOf('three'));
});
