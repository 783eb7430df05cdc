import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';

const [dockerfile, ignored] = await Promise.all([
  readFile('Dockerfile', 'utf8'),
  readFile('.dockerignore', 'utf8'),
]);

/** The files and folders that the image copies from the project. */
const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) =>
  sources.split(' '),
);
const letIn = [...ignored.matchAll(/^!(.+)$/gm)].map(([, name = '']) => name);

test('all that the image copies is let into its build', () => {
  const missing = copied.filter((source) => !letIn.some((name) => `${source}/`.startsWith(`${name}/`)));
  expect([copied.length > 10, missing]).toEqual([true, []]);
});

test('X: the image has the script that erases again after a restore', () => {
  const [, served = ''] = dockerfile.split(/^FROM .+ AS build$/m);
  expect(served.slice(served.indexOf('\nFROM '))).toContain('COPY scripts/erase-again.mjs scripts/');
});
