// Runs the direct writers: a process beside the server, on the same database. It reports its beginning and each attempt
// to its parent, and ends after the present attempt when the parent says so, or is gone.

import { Dice } from '../support/dice.ts';
import { openWritingNode } from '../support/write-parts.ts';
import { DirectWriter } from './direct-writer.ts';
import type { Orders } from './direct-writers.ts';

const { names, tenants, seed } = JSON.parse(process.argv[2] ?? '') as Orders;
let isOver = false;
process.once('message', () => {
  isOver = true;
});
process.once('disconnect', () => {
  isOver = true;
});

const node = await openWritingNode(process.env);
const writers = names.flatMap((name, index) => {
  const tenant = tenants[index % tenants.length];
  if (!tenant) return [];
  const dice = new Dice(seed).of(name);
  return new DirectWriter({
    name,
    tenant,
    parts: node.parts,
    dice,
    note: (attempt) => process.send?.(attempt),
  });
});
process.send?.('begun');
await Promise.all(writers.map((writer) => writer.write(() => isOver)));
await node.close();
process.disconnect?.();
