import { parse, validate } from 'graphql';
import { schema } from '../src/schema.ts';
import type { Findings } from './findings.ts';
import { medianOf } from './support/figures.ts';
import { toTable } from './support/table.ts';

const RUNS = 21;
const SIZES = [1_000, 1_500, 2_000];

/** Documents that take long for their tokens, by what they repeat; the text has room for `tokens` of them. */
const SHAPES: Readonly<Record<string, (tokens: number) => string>> = {
  'one field over and over': (tokens) => `{ viewer { ${'id '.repeat(tokens - 6)} } }`,
  'one field with fields of its own': (tokens) =>
    `{ viewer { ${'tenant { id } '.repeat((tokens - 6) / 4)} } }`,
  'one fragment within the next': (tokens) => `{ viewer { ${'... { id } '.repeat((tokens - 6) / 4)} } }`,
};

/** Measures the cost of the longest documents before anything is read: `MAX_TOKENS` bounds them. */
export async function measureDocuments(): Promise<Findings> {
  const figures = Object.entries(SHAPES).map(([shape, write]) => ({
    shape,
    ms: SIZES.map((tokens) => timeOf(write(tokens))),
  }));
  const table = toTable([
    ['ms to parse and validate', ...SIZES.map((tokens) => `${tokens.toLocaleString('en-GB')} tokens`)],
    ...figures.map(({ shape, ms }) => [shape, ...ms.map((one) => one.toFixed(1))] as const),
  ]);
  return { goals: [], tables: [table], figures };
}

function timeOf(text: string): number {
  const times = Array.from({ length: RUNS }, () => {
    const begun = performance.now();
    validate(schema, parse(text));
    return performance.now() - begun;
  });
  return medianOf(times);
}
