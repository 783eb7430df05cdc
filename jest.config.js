export default {
  // Test files run in Node itself and share the modules of their worker. See docs/decisions/0040.
  runtime: '<rootDir>/test/runner/native-runtime.ts',
  testEnvironment: '<rootDir>/test/runner/native-environment.ts',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  roots: ['<rootDir>/test'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // A busy machine is slow, and no reason to fail.
  testTimeout: 120_000,
  maxWorkers: 2,
  // What a test forgets to release stays in its worker: a worker that has grown is replaced.
  workerIdleMemoryLimit: '450MB',
};
