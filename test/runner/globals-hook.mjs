const GLOBALS = new URL('./current-globals.ts', import.meta.url).href;

/** Node's hook for module resolution: `@jest/globals` are the globals of the test file that runs. */
export function resolve(specifier, context, nextResolve) {
  return nextResolve(specifier === '@jest/globals' ? GLOBALS : specifier, context);
}
