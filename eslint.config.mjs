import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

import { docstring } from './tools/lint/docstring.mjs'

// What no file may hold. Each entry says what to do instead, because a rule without a way out is only an obstacle.
const never = [
  {
    selector: 'MemberExpression[property.name="enterWith"]',
    message:
      'enterWith leaks the scope into the next request of a keep-alive connection. Use AsyncLocalStorage.run (ADR 0014).',
  },
  { selector: 'ExportDefaultDeclaration', message: 'Export by name: a default export is renamed at every import.' },
  { selector: 'TSExportAssignment', message: 'Export by name: a default export is renamed at every import.' },
  {
    selector: 'TSEnumDeclaration',
    message: 'Use a union of string literals, with an `as const` array where it is needed at run time.',
  },
]

// Words on the floors F0 and F1 are pure: time comes in as a parameter, or their property tests could not hold it still.
const noClock = [
  {
    selector: 'CallExpression[callee.object.name="Date"][callee.property.name="now"]',
    message: 'This floor has no clock of its own: take `now` as a parameter.',
  },
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
    message: 'This floor has no clock of its own: take `now` as a parameter.',
  },
]

const SQL =
  '/^\\s*(select\\s|insert into\\s|update\\s+\\S+\\s+set\\s|delete from\\s|with\\s+\\w+\\s+as\\s*\\(|create (table|index|schema|function)\\s|alter table\\s|drop (table|schema)\\s)/i'
const noSql = ['Literal[value=', 'TemplateElement[value.raw='].map((start) => ({
  selector: `${start}${SQL}]`,
  message: 'SQL lives in packages/core/src/store/sql, one intent a file, so that its plan has a test beside it.',
}))

const sizes = {
  'max-lines': ['error', { max: 300 }],
  'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
  'max-params': 'off',
  '@typescript-eslint/max-params': ['error', { max: 3 }],
  complexity: ['error', { max: 20 }],
}

const everywhere = {
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'no-restricted-syntax': ['error', ...never],
  'no-var': 'error',
  'prefer-const': 'error',
  'no-implicit-coercion': ['error', { boolean: false }],
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': 'error',
  '@typescript-eslint/consistent-type-imports': [
    'error',
    { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
  ],
  '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
  // Our objects are closures, not instances: their methods have no `this` to lose.
  '@typescript-eslint/unbound-method': 'off',
  // An async function without await still turns what it throws into a rejection, which is often why it is async.
  '@typescript-eslint/require-await': 'off',
}

const product = ['packages/*/src/**/*.ts']
const proofs = ['**/*.test.ts', 'test/**/*.ts', 'bench/**/*.ts']

export default defineConfig(
  { ignores: ['**/dist/', '**/node_modules/', '**/.cache/', '**/coverage/', '**/.actrail/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    plugins: { actrail: { rules: { docstring } } },
    languageOptions: {
      parserOptions: {
        project: ['tsconfig.test.json', 'examples/*/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: { ...everywhere, ...sizes, 'actrail/docstring': 'error' },
  },
  {
    // What a host's console shows is the host's affair; the default logger is the one place that writes to stderr.
    files: product,
    ignores: ['packages/core/src/model/logger.ts'],
    rules: { 'no-console': 'error' },
  },
  {
    // Values that come from a user's code and a driver's rows are the only untyped ones, and each is narrowed where it enters.
    files: ['packages/*/src/**/*.ts'],
    ignores: ['packages/cli/**', '**/*.test.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only the command line reads the environment: take an option.' },
        { object: 'process', property: 'argv', message: 'Only the command line reads arguments: take an option.' },
        { object: 'process', property: 'exit', message: 'A library does not end its host.' },
      ],
    },
  },
  {
    files: ['packages/core/src/**/*.ts'],
    ignores: ['packages/core/src/store/**', '**/*.test.ts'],
    rules: { 'no-restricted-syntax': ['error', ...never, ...noSql] },
  },
  {
    files: ['packages/core/src/{model,context,redact,filter,ledger,detect}/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-syntax': ['error', ...never, ...noSql, ...noClock] },
  },
  {
    // Proofs may be longer and looser: a table of cases is one function, an answer's body is `any` in supertest.
    files: proofs,
    rules: {
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': 'off',
      complexity: 'off',
      'no-console': 'off',
      '@typescript-eslint/max-params': ['error', { max: 4 }],
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['**/*.test.ts'],
    rules: {
      'actrail/docstring': 'off',
      'no-restricted-syntax': [
        'error',
        ...never,
        {
          selector: 'MemberExpression[object.name=/^(it|test|describe)$/][property.name=/^(only|skip|todo)$/]',
          message: 'No test is left out or singled out: mend it or remove it.',
        },
        {
          selector: 'CallExpression[callee.name=/^[xf](it|describe|test)$/]',
          message: 'No test is left out or singled out.',
        },
      ],
    },
  },
  {
    files: ['scripts/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // An example is read as a whole: its application is one function, and its words explain themselves.
    files: ['examples/**/*.ts'],
    rules: {
      'no-console': 'off',
      'actrail/docstring': 'off',
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
)
