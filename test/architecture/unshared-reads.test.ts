import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';

const UNIQUE_READ = /([\w.]+)\s*\.findUnique/g;

// Prisma joins such reads of one moment to one statement, which counts for the operation that was first and gets its time.
test('outside transactions no read is one that Prisma shares among operations', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.startsWith('generated'),
  );
  const reads = files.flatMap((file) =>
    [...readFileSync(path.join('src', file), 'utf8').matchAll(UNIQUE_READ)].map(
      ([, reader]) => `${file}: ${reader}`,
    ),
  );
  expect(reads.length).toBeGreaterThan(5);
  expect(reads.filter((read) => !read.includes(': tx.db.'))).toEqual([]);
});
