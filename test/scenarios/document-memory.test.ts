import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { aStage } from '../support/stage.ts';

const { installation } = await aStage({});
const { url } = installation.app;

const DOCUMENTS = 200;
const FIELDS = 1_400;
const MEGABYTE = 1_024 * 1_024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Different from all others, about 9 kB, and as costly to keep as a document can be. */
function aDocument(number: number, field: string): string {
  return `{ ${`${field} `.repeat(FIELDS)} } # ${number}`;
}

test.each([
  ['valid', '__typename', 1],
  ['invalid', 'absent', 2],
])(
  '19: however many different %s documents strangers send, they stay in memory within a bound',
  async (_kind, field, round) => {
    const send = async (number: number): Promise<void> => {
      const body = JSON.stringify({ query: aDocument(number, field) });
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      await response.arrayBuffer();
    };
    for (let number = 0; number < 20; number += 1) await send(round * 10_000 + number);
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let number = 20; number < DOCUMENTS; number += 1) await send(round * 10_000 + number);
    collectGarbage();
    expect((process.memoryUsage().heapUsed - before) / MEGABYTE).toBeLessThan(10);
  },
);
