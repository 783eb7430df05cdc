// Prisma's schema engine, compiled to wasm. The native engine needs a download and a shadow database; comparing two
// datamodels needs neither. The package has no entry point for Node, so the module is instantiated by hand.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { bindMigrationAwareSqlAdapterFactory, type SqlDriverAdapter } from '@prisma/driver-adapter-utils';

/** The part of the WebAssembly API that is used here; neither the ES libraries nor the types of Node declare it. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { exports: Record<string, unknown> };
};

/** A substitute for a database: the engine opens one and inspects it even when it does not need it. */
const NO_DATABASE: SqlDriverAdapter = {
  provider: 'postgres',
  adapterName: 'none',
  queryRaw: async () => ({ columnNames: [], columnTypes: [], rows: [] }),
  executeRaw: async () => 0,
  executeScript: async () => {},
  startTransaction: async () => {
    throw new Error('comparing two datamodels needs no transaction');
  },
  getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: true }),
  dispose: async () => {},
};

/**
 * The end of a foreign key whose references a reaction clears when the row that it refers to is deleted. The reaction runs
 * after the deletion, so the key is checked at COMMIT. Prisma's models have no notation for this.
 */
const NO_ACTION = /(ON DELETE NO ACTION[^;]*);/g;

/** The folds of texts are compared byte by byte, whatever the locale of the database is; nor is there a notation for it. */
const FOLD = /("\w+_fold" TEXT)(?= |,|;|\n)/g;

/** The part of the engine that this script uses; the package ships no types for it. */
interface Engine {
  diff(input: object): Promise<{ stdout?: string; exitCode: number }>;
}

/**
 * Writes the SQL that turns the tables of one datamodel into those of another; undefined if nothing changes.
 *
 * `from` is undefined for an empty database. May be called once per process: the engine panics when it is loaded twice.
 */
export async function diffDatamodels(from: string | undefined, to: string): Promise<string | undefined> {
  const engine = await loadEngine(to);
  const { stdout, exitCode } = await engine.diff({
    from: from === undefined ? { tag: 'empty' } : asDatamodel(from),
    to: asDatamodel(to),
    script: true,
    exitCode: true,
    filters: { externalTables: [], externalEnums: [] },
  });
  if (exitCode === 0) return undefined;
  return stdout
    ?.replaceAll(NO_ACTION, '$1 DEFERRABLE INITIALLY DEFERRED;')
    .replaceAll(FOLD, '$1 COLLATE "C"');
}

function asDatamodel(content: string): object {
  return { tag: 'schemaDatamodel', files: [{ path: 'datamodel.prisma', content }] };
}

async function loadEngine(datamodel: string): Promise<Engine> {
  const glueFile = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const glue = await import(glueFile);
  // Without this registry a panic is hidden by a TypeError about a missing function.
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: { set_message: (message: string) => process.stderr.write(`${message}\n`) },
  });
  const wasm = new WebAssembly.Module(readFileSync(glueFile.replace(/\.js$/, '.wasm')));
  const { exports } = new WebAssembly.Instance(wasm, { './schema_engine_bg.js': glue });
  glue.__wbg_set_wasm(exports);
  if (typeof exports.__wbindgen_start === 'function') exports.__wbindgen_start();
  const factory = bindMigrationAwareSqlAdapterFactory({
    provider: 'postgres',
    adapterName: 'none',
    connect: async () => NO_DATABASE,
    connectToShadowDb: async () => NO_DATABASE,
  });
  return glue.SchemaEngine.new({ datamodels: [['datamodel.prisma', datamodel]] }, () => {}, factory);
}
