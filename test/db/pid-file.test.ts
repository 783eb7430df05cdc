import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { claimPidFile } from '../../src/db/pid-file.ts';

/** A race that was lost in one round of six showed in every run of this many rounds. */
const ROUNDS = 100;

describe('the pid file', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'lockstep-pid-'));
    file = path.join(folder, 'lockstep.pid');
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('is refused while the process it names lives', async () => {
    await writeFile(file, String(process.ppid));
    expect(await claimPidFile(file)).toBeUndefined();
    expect(await readFile(file, 'utf8')).toBe(String(process.ppid));
  });

  test('is taken over from a dead process by exactly one of several that try', async () => {
    const dead = spawn('true');
    await once(dead, 'exit');
    for (let round = 0; round < ROUNDS; round += 1) {
      await writeFile(file, String(dead.pid));
      const claims = await Promise.all(Array.from({ length: 6 }, () => claimPidFile(file)));
      expect(claims.filter(Boolean)).toHaveLength(1);
      expect(await readFile(file, 'utf8')).toBe(String(process.pid));
    }
    expect(await readdir(folder)).toEqual([path.basename(file)]);
  });

  test('is deleted by its release', async () => {
    const claim = await claimPidFile(file);
    await claim?.release();
    expect(await readdir(folder)).toEqual([]);
  });
});
