import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { loadSecrets } from '../../src/config/secrets.ts';
import { StartError } from '../../src/core/process/start-error.ts';

let dataDir: string;

beforeEach(async () => {
  dataDir = path.join(await mkdtemp(path.join(tmpdir(), 'lockstep-secrets-')), 'new');
});
afterEach(() => rm(path.dirname(dataDir), { recursive: true }));

const jwtSecret = 'correct horse battery staple, again';

test('a damaged secret file is refused, not replaced: replacing it would end every session', async () => {
  await loadSecrets({ jwtSecret: undefined, dataDir });
  const [file = ''] = await readdir(dataDir);
  await writeFile(path.join(dataDir, file), '');
  const loading = loadSecrets({ jwtSecret: undefined, dataDir });
  await expect(loading).rejects.toThrow(StartError);
  await expect(loading).rejects.toThrow(/is damaged; delete the file/);
});

test('a secret file that cannot be created is refused by its name', async () => {
  await writeFile(dataDir, 'a file where the directory should be');
  await expect(loadSecrets({ jwtSecret: undefined, dataDir })).rejects.toThrow(
    /^The secret in .*new.* cannot be read/,
  );
});

test('the generated secret is stored, readable by its owner only', async () => {
  const first = await loadSecrets({ jwtSecret: undefined, dataDir });
  expect(await loadSecrets({ jwtSecret: undefined, dataDir })).toEqual(first);
  const [file = ''] = await readdir(dataDir);
  expect((await stat(path.join(dataDir, file))).mode & 0o777).toBe(0o600);
});

test('a given secret needs no file', async () => {
  await loadSecrets({ jwtSecret, dataDir });
  await expect(readdir(dataDir)).rejects.toThrow(/ENOENT/);
});

test('every purpose has a key of its own, the same on every node', async () => {
  const { cursors, wakeUps, accessTokens } = await loadSecrets({ jwtSecret, dataDir });
  const keys = [cursors, wakeUps, accessTokens].map((key) => key.toString('hex'));
  expect(new Set(keys).size).toBe(3);
  // A release that derives other keys makes every cursor and token in use invalid.
  expect(keys).toMatchInlineSnapshot(`
[
  "854ecc4afe44f95c6c1bd85584d2db9a97f31133c27662cf9c304db6943c023d",
  "c2332e60b20085ef5fc6551c5b5da8231a742979bdba445289eb7809ffd65ca9",
  "ff101bd0de4fde79c3fc2cacd02291dca90abdfc42bd01a8d463b5b4b6a28e57",
]
`);
});
