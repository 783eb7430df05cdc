import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { build } from 'esbuild';

const run = promisify(execFile);

/** The peers of the package, which its users have already: they are not part of its size. */
const PEERS = ['graphql', 'react', '@apollo/client', '@urql/core', 'wonka', 'rxjs'];
/** The largest size of each entry point, minified and compressed with gzip; the core with graphql-ws, and with the table of entities, which grows with the schema. */
const MOST_BYTES = { lockstep: 13_000, react: 3_000, apollo: 2_500, urql: 2_500 };

let folder: string;
let packed: string;
let tarball: string;

// The package as it is published, in the modules of an empty project.
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lockstep-client-'));
  const source = path.join(folder, 'source');
  await cp('packages/client', source, {
    recursive: true,
    filter: (file) => !/\/(?:dist|node_modules)$/.test(file),
  });
  await run('npx', ['tsc', '-p', 'packages/client/tsconfig.json', '--outDir', path.join(source, 'dist')]);
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: source,
  });
  tarball = path.join(folder, JSON.parse(stdout)[0].filename);
  const modules = path.join(folder, 'project/node_modules');
  packed = path.join(modules, '@lockstep/client');
  await mkdir(packed, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', packed, '--strip-components=1']);
  for (const name of [...PEERS, 'graphql-ws', '@types', '@graphql-typed-document-node']) {
    await mkdir(path.dirname(path.join(modules, name)), { recursive: true });
    await symlink(path.resolve('node_modules', name), path.join(modules, name));
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('publint and attw find no fault in the package as it is published', async () => {
  await run('npx', ['publint', '--strict', tarball]);
  await run('npx', ['attw', tarball, '--profile', 'esm-only']);
});

test('a project of its own compiles against it with both ways of resolution, and Node loads every entry point', async () => {
  const project = path.join(folder, 'project');
  const program = `import { createLockstep, type ListState } from '@lockstep/client';
import { useLiveList } from '@lockstep/client/react';
import { lockstepLink } from '@lockstep/client/apollo';
import { lockstepExchange } from '@lockstep/client/urql';
import { possibleTypes, scalarTypes } from '@lockstep/client/schema';
const lockstep = createLockstep({ url: 'http://localhost:4000' });
const state: ListState<{ company: string }> = lockstep.liveList<{ company: string }>('fragment A on Customer { company }').get();
export const all = [state.rows[0]?.company, useLiveList, lockstepLink, lockstepExchange, possibleTypes, scalarTypes];
lockstep.close();
`;
  await writeFile(path.join(project, 'package.json'), '{ "type": "module" }');
  await writeFile(path.join(project, 'program.ts'), program);
  for (const [module, resolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ] as const) {
    const options = ['--module', module, '--moduleResolution', resolution, '--target', 'es2023', '--strict'];
    await run(path.resolve('node_modules/.bin/tsc'), [...options, '--skipLibCheck', 'program.ts'], {
      cwd: project,
    });
    await run(process.execPath, ['program.js'], { cwd: project });
  }
});

test('its entry points are small, and the one for React is marked as code for a browser', async () => {
  const sizes: Record<string, number> = {};
  for (const entry of Object.keys(MOST_BYTES)) {
    const { outputFiles } = await build({
      entryPoints: [path.join(packed, `dist/${entry}.js`)],
      bundle: true,
      minify: true,
      write: false,
      format: 'esm',
      external: PEERS,
      nodePaths: [path.resolve('node_modules')],
    });
    sizes[entry] = gzipSync(outputFiles[0]?.contents ?? '').length;
  }
  process.stdout.write(`Sizes of the client in bytes: ${JSON.stringify(sizes)}\n`);
  const tooLarge = Object.entries(MOST_BYTES).filter(([entry, most]) => (sizes[entry] ?? most + 1) > most);
  expect(tooLarge).toEqual([]);
  expect(await readFile(path.join(packed, 'dist/react.js'), 'utf8')).toMatch(/^'use client';/);
});
