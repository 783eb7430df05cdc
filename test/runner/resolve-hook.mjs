const HERE = new URL('./', import.meta.url).href;
const GLOBALS = `${HERE}current-globals.ts`;
/** All that tests are made of, which each test file gets a copy of. */
const TESTS = new URL('../', import.meta.url).href;

/**
 * Node's hook for module resolution. `@jest/globals` are the globals of the test file that runs, and a module beside the
 * tests is loaded again for each test file: its address ends with the run of the file that imports it.
 */
export async function resolve(specifier, context, nextResolve) {
  if (specifier === '@jest/globals') return nextResolve(GLOBALS, context);
  const found = await nextResolve(specifier, context);
  const [run] = /\?run=\d+$/.exec(context.parentURL ?? '') ?? [];
  const isOfTests = found.url.startsWith(TESTS) && !found.url.startsWith(HERE) && !found.url.includes('?');
  return run && isOfTests ? { ...found, url: `${found.url}${run}` } : found;
}
