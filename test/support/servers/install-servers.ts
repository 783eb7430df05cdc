import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** Says whether a program is on PATH. */
export function isInstalled(program: string): boolean {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return folders.some((folder) => existsSync(path.join(folder, program)));
}

/**
 * Installs Debian packages if we may, and says so in one line; otherwise, and when apt fails, does nothing.
 *
 * RUNLEVEL=1 keeps the packages from starting services: the tests run servers of their own.
 */
export function installPackages(packages: string[]): void {
  const mayInstall = process.getuid?.() === 0 && existsSync('/etc/debian_version') && isInstalled('apt-get');
  if (!mayInstall) return;
  process.stdout.write(`Installing ${packages.join(' and ')} for the tests, once.\n`);
  const options = {
    stdio: 'ignore',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
  } as const;
  try {
    execFileSync('apt-get', ['update', '-qq'], options);
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options);
  } catch {
    // No network, or another apt at work. The caller finds that the programs are still missing.
  }
}
