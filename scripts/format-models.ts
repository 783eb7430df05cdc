import { spawnSync } from 'node:child_process';

/** Aligns the models of a folder, and adds to each relation the other end that it lacks, e.g. `teams Team[]` to Tenant. */
export function formatModels(folder: string): void {
  const { status, stderr } = spawnSync('npx', ['prisma', 'format', '--schema', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}
