const { availableParallelism } = require('node:os')

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: '<rootDir>/test/db/environment.ts',
  globalSetup: '<rootDir>/test/db/jest-setup.ts',
  globalTeardown: '<rootDir>/test/db/jest-teardown.ts',
  roots: ['<rootDir>/packages', '<rootDir>/test', '<rootDir>/scripts'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/', '/.cache/'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  // Unit tests read the sources; the embedded store starts a worker from its built file.
  moduleNameMapper: {
    '^@actrail/core/testing$': '<rootDir>/packages/core/src/memory-trail',
    '^@actrail/core/maintenance$': '<rootDir>/packages/core/src/maintenance',
    '^@actrail/(core|client|express|koa|nestjs|testkit)$': '<rootDir>/packages/$1/src',
    // The Nest package is also built as ES modules, whose relative imports name their files.
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  // Two at least: most of a test's time is spent waiting on processes, sockets and Postgres.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  testTimeout: 30_000,
}
