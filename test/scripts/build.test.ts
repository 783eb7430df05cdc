import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { killed, listening } from '../support/program.ts';

const run = promisify(execFile);
const NEEDED_FOR_BUILDING_ALONE = ['prisma', 'tsx', 'typescript'];

type Lock = { packages: Record<string, { dev?: boolean }> };

const { packages }: Lock = JSON.parse(await readFile('package-lock.json', 'utf8'));
/** The folders that `npm ci --omit=dev` fills, from the root of the project. */
const productionPackages = Object.keys(packages).filter((name) => name !== '' && !packages[name]?.dev);

let folder: string;
let server: ChildProcess | undefined;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lockstep-build-'));
  await run('npx', ['tsc', '-p', 'tsconfig.build.json', '--noCheck', '--outDir', path.join(folder, 'dist')]);
  await copyFile('package.json', path.join(folder, 'package.json'));
  await mkdir(path.join(folder, 'prisma'));
  await symlink(path.resolve('prisma/migrations'), path.join(folder, 'prisma/migrations'));
  for (const name of productionPackages.filter((one) => one.lastIndexOf('node_modules') === 0)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await symlink(path.resolve(name), path.join(folder, name));
  }
});

afterAll(async () => {
  if (server) await killed(server);
  await rm(folder, { recursive: true, force: true });
});

test('production installs no package that only builds the program', () => {
  const installed = NEEDED_FOR_BUILDING_ALONE.filter((name) =>
    productionPackages.includes(`node_modules/${name}`),
  );
  expect(installed).toEqual([]);
});

test('the compiled program starts with the packages of production, answers, and ends at SIGTERM', async () => {
  server = spawn(process.execPath, ['--enable-source-maps', 'dist/main.js'], {
    cwd: folder,
    env: { PORT: '0', DEMO: '0', DATA_DIR: path.join(folder, '.data') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await listening(server);
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{ "query": "{ __typename }" }',
  });
  expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  server.kill('SIGTERM');
  expect(await once(server, 'exit')).toEqual([0, null]);
});
