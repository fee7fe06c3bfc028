import type { PackedName } from './tarballs'

/** Somebody who installed our packages: a folder of this one, and the commands that must pass in it. */
export interface Consumer {
  readonly name: string
  /** A folder below `test/packed`. */
  readonly folder: string
  readonly installs: readonly PackedName[]
  /** Files of other consumers that it uses as well. */
  readonly borrows?: readonly string[]
  readonly runs: readonly ConsumerRun[]
}

/** One command of a consumer: a file of its `node_modules/.bin`, or `node` itself. */
export interface ConsumerRun {
  readonly name: string
  readonly command: readonly string[]
  /** What its `package.json` says it is, where that is not what the folder's own says. */
  readonly type?: 'commonjs' | 'module'
}

const every: readonly PackedName[] = ['core', 'express', 'koa', 'nestjs', 'client', 'testkit']

const typeChecks = (['node16', 'nodenext', 'bundler'] as const).flatMap((resolution) =>
  (['commonjs', 'module'] as const).map((type) => ({
    name: `${resolution}, ${type}`,
    command: ['tsc', '--project', `tsconfig.${resolution}.json`],
    type,
  })),
)

function runsOf(name: string): readonly ConsumerRun[] {
  return [
    { name, command: ['node', 'main.js'] },
    { name: `${name}, client`, command: ['node', 'client.js'] },
  ]
}

/** Everybody who can be made unhappy by how a package is packed. */
export const CONSUMERS: readonly Consumer[] = [
  { name: 'CommonJS', folder: 'commonjs', installs: every, runs: runsOf('require') },
  { name: 'ES modules', folder: 'esm', installs: every, runs: runsOf('import') },
  { name: 'TypeScript', folder: 'typescript', installs: every, runs: typeChecks },
  {
    name: 'Jest',
    folder: 'jest',
    installs: every,
    borrows: ['commonjs/hosts.js'],
    runs: [{ name: 'jest', command: ['jest', '--rootDir', '.'] }],
  },
  {
    name: 'Vitest',
    folder: 'vitest',
    installs: every,
    borrows: ['esm/hosts.js'],
    runs: [{ name: 'vitest', command: ['vitest', 'run'] }],
  },
  {
    name: 'two copies of core',
    folder: 'two-copies',
    installs: ['core', 'express', 'testkit'],
    runs: [{ name: 'one scope', command: ['node', 'main.js'] }],
  },
]
