export default {
  testEnvironment: '<rootDir>/test/support/environment.ts',
  roots: ['<rootDir>/test'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // A busy machine is slow, and no reason to fail.
  testTimeout: 120_000,
  maxWorkers: 2,
  // Each test file loads the program into a context of its own, and about 40 MB of it stay after the file: a worker
  // that has run many files is replaced. The limit is of its heap; the process is about 300 MB larger.
  workerIdleMemoryLimit: '400MB',
};
