// Starts the server: from `dist` if `npm run build` has written it since the last change of the sources, as in
// production, where there are no sources; else from the sources, which `tsx` compiles as they load. The pages of the console
// are built first if their sources have changed.
import { existsSync, readdirSync, statSync } from 'node:fs';

const SOURCES = ['src', 'prisma/models', 'tsconfig.json', 'tsconfig.build.json'];

const changedAt = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/**
 * The time of the latest change of a file, or of anything in a folder; a folder changes when a file is added or
 * removed.
 */
function lastChangeOf(source) {
  const stat = statSync(source, { throwIfNoEntry: false });
  const inside = stat?.isDirectory() ? readdirSync(source, { recursive: true }) : [];
  return Math.max(changedAt(source), ...inside.map((name) => changedAt(`${source}/${name}`)));
}

// In production there are no sources of the console: what is built is served.
if (existsSync('console/index.html')) {
  const { buildConsole } = await import('./build-console.mjs');
  await buildConsole();
}

if (changedAt('dist/main.js') > Math.max(...SOURCES.map(lastChangeOf))) {
  await import('../dist/main.js');
} else {
  await import('./generate.mjs');
  await import('tsx');
  await import('../src/main.ts');
}
