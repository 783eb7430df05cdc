// Stands in for `@jest/globals`. Jest makes its functions again for each test file, and a module that several test files
// import is loaded once: each name forwards to the function of the file that runs.

type Globals = typeof import('@jest/globals');

/** The place on the global object where the runtime puts the globals of the test file that it loads. */
export const CURRENT = Symbol.for('lockstep.jest-globals');

function forward<Name extends keyof Globals>(name: Name): Globals[Name] {
  // biome-ignore lint/suspicious/noExplicitAny: a proxy forwards what it is called with.
  const current = (): any => (globalThis as any)[CURRENT][name];
  const target = (): void => {};
  return new Proxy(target, {
    apply: (_target, _self, args) => current()(...args),
    get: (_target, key) => current()[key],
  }) as never;
}

export const afterAll = forward('afterAll');
export const afterEach = forward('afterEach');
export const beforeAll = forward('beforeAll');
export const beforeEach = forward('beforeEach');
export const describe = forward('describe');
export const expect = forward('expect');
export const jest = forward('jest');
export const test = forward('test');
