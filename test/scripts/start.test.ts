import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const run = promisify(execFile);
const HOUR_S = 3_600;
const BUILT_AT = Date.now() / 1_000 - HOUR_S;

/** A folder in which each program prints its own name. */
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lockstep-npm-start-'));
  for (const name of ['scripts', 'dist', 'src/room', 'prisma/models']) {
    await mkdir(path.join(folder, name), { recursive: true });
  }
  await symlink(path.resolve('node_modules'), path.join(folder, 'node_modules'));
  await cp('scripts/start.mjs', path.join(folder, 'scripts/start.mjs'));
  await write('package.json', '{ "type": "module" }');
  await write('scripts/generate.mjs', "process.stdout.write('generated, ');");
  await write('src/main.ts', "process.stdout.write('sources' as string);");
  await write('src/room/room.ts', '');
  await write('prisma/models/room.prisma', '');
  await write('tsconfig.json', '{}');
  await write('dist/main.js', "process.stdout.write('dist');");
  for (const name of ['src/main.ts', 'src/room/room.ts', 'src/room', 'src']) await changed(name, -HOUR_S);
  for (const name of ['prisma/models/room.prisma', 'prisma/models', 'tsconfig.json']) await changed(name, -1);
  await changed('dist/main.js', 0);
});

afterEach(() => rm(folder, { recursive: true }));

const write = (name: string, text: string) => writeFile(path.join(folder, name), text);
const remove = (name: string) => rm(path.join(folder, name), { recursive: true });

/** Dates the last change of a file relative to the time when `dist` was built. */
const changed = (name: string, secondsLater: number) =>
  utimes(path.join(folder, name), BUILT_AT, BUILT_AT + secondsLater);

async function started(): Promise<string> {
  return (await run(process.execPath, ['scripts/start.mjs'], { cwd: folder })).stdout;
}

test('npm start runs dist if it is newer than the sources, and generates nothing', async () => {
  expect(await started()).toBe('dist');
});

test('npm start runs dist where there are no sources, as in production', async () => {
  for (const name of ['src', 'prisma', 'tsconfig.json', 'scripts/generate.mjs']) await remove(name);
  expect(await started()).toBe('dist');
});

test.each(['src/room/room.ts', 'src/room', 'prisma/models/room.prisma', 'tsconfig.json'])(
  'npm start runs the sources after a change of %s, and generates first',
  async (name) => {
    await changed(name, 1);
    expect(await started()).toBe('generated, sources');
  },
);

test('npm start runs the sources where nothing was built', async () => {
  await remove('dist');
  expect(await started()).toBe('generated, sources');
});
