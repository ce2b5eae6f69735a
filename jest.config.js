/** Jest in real ESM mode: `npm test` starts node with --experimental-vm-modules (see package.json). */
export default {
  testMatch: ['<rootDir>/{test,packages/*/test}/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/.headrace', '<rootDir>/.serverless', '<rootDir>/.esbuild'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript' },
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  // 2 cores, and most test files wait on child processes or DuckDB rather than on this process.
  maxWorkers: '100%',
  testTimeout: 180_000,
  reporters: ['default', '<rootDir>/test/helpers/plainReporter.js'],
};
