// `npm run rooms` says in one sentence for each room which of its files are missing, and exits with 1. It loads nothing of
// the program, so it answers immediately; the tests would fail in many places, and in other words.

import { fileURLToPath } from 'node:url';
import { lackOf, roomsOf } from './room-files.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

for (const room of roomsOf(ROOT)) {
  const lack = lackOf(ROOT, room);
  if (lack === null) continue;
  process.stderr.write(`${lack}\n`);
  process.exitCode = 1;
}
