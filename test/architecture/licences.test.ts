import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

interface LockedPackage {
  readonly license?: string;
  readonly dev?: boolean;
}

/** Licences (SPDX) that ask for no more than their own text beside the program. */
const PERMISSIVE = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MIT-0',
];

const read = (path: string) => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));

const locked: Record<string, LockedPackage> = read('package-lock.json').packages;

test('a server is shipped with packages of permissive licences alone', () => {
  const others = Object.entries(locked)
    .filter(([path, { dev }]) => path !== '' && !dev)
    .filter(([, { license }]) => !PERMISSIVE.includes(license ?? 'none'))
    .map(([path, { license }]) => `${path}: ${license ?? 'none'}`);
  expect(others).toEqual([]);
});

test('the server and the client package have one licence, and the text of it', () => {
  const text = readFileSync(new URL('../../LICENSE', import.meta.url), 'utf8');
  expect(text).toMatch(/^\s*Apache License\n\s*Version 2\.0/);
  expect(readFileSync(new URL('../../packages/client/LICENSE', import.meta.url), 'utf8')).toBe(text);
  for (const manifest of ['package.json', 'packages/client/package.json'])
    expect(read(manifest).license).toBe('Apache-2.0');
});
