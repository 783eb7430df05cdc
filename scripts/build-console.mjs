// Builds the pages of the console into `console/dist`, with compressed copies beside each file, unless what is there was
// built from the present sources. Runs at `npm start`, at `npm run console`, in the image and before the tests of the console.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, gzipSync, constants as zlib } from 'node:zlib';

const DIST = 'console/dist';
const STAMP = `${DIST}/.stamp`;
const SOURCES = ['console', 'packages/client/src', 'codegen.ts', 'package.json', 'scripts/build-console.mjs'];
/** Written by the build itself. */
const WRITTEN = /^console\/(dist|src\/gql)\//;
/** These become much smaller; images are compressed already. */
const COMPRESSED = /\.(css|html|js|json|svg|ttf)$/;
const COMPRESSED_FROM_BYTES = 1_024;

/** The files of a folder and of all folders in it, or the file itself. */
function filesOf(source) {
  const entries = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true });
  if (path.extname(source) !== '') return [source];
  return entries(source)
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name).split(path.sep).join('/'));
}

/** A hash of all that the pages are built from. */
function hashOfSources() {
  const hash = createHash('sha256');
  const files = SOURCES.flatMap(filesOf).filter((file) => !WRITTEN.test(file));
  for (const file of files.sort()) hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function readStamp() {
  try {
    return readFileSync(STAMP, 'utf8');
  } catch {
    return null; // not built yet
  }
}

function compress(folder) {
  for (const file of filesOf(folder)) {
    const body = readFileSync(file);
    if (!COMPRESSED.test(file) || body.length < COMPRESSED_FROM_BYTES) continue;
    writeFileSync(`${file}.br`, brotliCompressSync(body, { params: { [zlib.BROTLI_PARAM_QUALITY]: 9 } }));
    writeFileSync(`${file}.gz`, gzipSync(body, { level: 9 }));
  }
}

/** Builds in a folder beside, so that a server never serves half a build. */
async function buildInto(folder) {
  const codegen = spawnSync(process.execPath, [
    'node_modules/@graphql-codegen/cli/cjs/bin.js',
    '--config',
    'codegen.ts',
  ]);
  if (codegen.status !== 0) throw new Error(`${codegen.stdout}${codegen.stderr}`);
  const { build } = await import('vite');
  const outDir = path.resolve(folder);
  await build({
    configFile: 'console/vite.config.ts',
    logLevel: 'error',
    build: { outDir, emptyOutDir: true },
  });
  compress(folder);
}

/**
 * Builds the console if its sources have changed. A failure is reported and ends nothing: the server serves the pages of the
 * former build, or a sentence.
 */
export async function buildConsole() {
  const hash = hashOfSources();
  if (readStamp() === hash) return true;
  const folder = `console/dist-${process.pid}`;
  process.stderr.write('Building the console, which takes some seconds, once …\n');
  try {
    await buildInto(folder);
    writeFileSync(`${folder}/.stamp`, hash);
    rmSync(DIST, { recursive: true, force: true });
    renameSync(folder, DIST);
    return true;
  } catch (error) {
    process.stderr.write(`The console was not built: ${error.message}\n`);
    rmSync(folder, { recursive: true, force: true });
    return false;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href && !(await buildConsole()))
  process.exitCode = 1;
