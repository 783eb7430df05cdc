import { createRequire, register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { CURRENT } from './current-globals.ts';

const requireHere = createRequire(import.meta.url);
const { default: JestRuntime } = requireHere('jest-runtime') as typeof import('jest-runtime');
register('./resolve-hook.mjs', import.meta.url);

/** jest-circus keeps the handlers of a test file's events here, for all copies of itself in one global object. */
const EVENT_HANDLERS = Symbol.for('EVENT_HANDLERS');

let filesRun = 0;

/**
 * Jest's runtime, except that modules are loaded by Node. Jest loads the program again for each test file, into a V8
 * context of its own: 4 of the 6 seconds of a usual file, and code that V8 has not optimized. Here a worker loads it
 * once. What the files give up is isolation: they share modules and `process.env`.
 */
// biome-ignore lint/style/noDefaultExport: jest asks for one.
export default class NativeRuntime extends JestRuntime {
  /** The framework keeps the tests of one file in its module: each file gets a new copy. */
  override requireInternalModule<T = unknown>(from: string): T {
    if (from.endsWith('jestAdapterInit.js')) {
      delete requireHere.cache[from];
      Reflect.deleteProperty(globalThis, EVENT_HANDLERS);
    }
    return requireHere(from);
  }

  override unstable_shouldLoadAsEsm(): boolean {
    return true;
  }

  /** Loads a test file. Its address differs each time, so that a file that is repeated registers its tests again. */
  override async unstable_importModule(from: string): Promise<void> {
    Reflect.set(globalThis, CURRENT, this.requireModuleOrMock(from, '@jest/globals'));
    filesRun += 1;
    await import(`${pathToFileURL(from).href}?run=${filesRun}`);
  }
}
