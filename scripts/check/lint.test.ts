import { spawnSync } from 'node:child_process'

import { ROOT } from './command'

/** A text that is linted as if it were the content of a file that exists. */
interface Case {
  readonly filePath: string
  readonly text: string
}

const CASES = {
  pureFloor: {
    filePath: 'packages/core/src/model/event.ts',
    text: `import { AsyncLocalStorage } from 'node:async_hooks'
export const storage = new AsyncLocalStorage<number>()
/** Docstring. */
export async function work(a: number, b: number, c: number, d: any): Promise<number> {
  storage.enterWith(a)
  Promise.resolve(b)
  console.log(process.env.HOME)
  return c === d ? Date.now() : 0
}
/** Docstring. */
export default function load(): string {
  return 'select id from event'
}
/** Docstring. */
export enum Colour { Red }
function long(): void {
${'  void 0\n'.repeat(41)}}
long()
${'// one line more\n'.repeat(301)}`,
  },
  tests: {
    filePath: 'scripts/check/run.test.ts',
    text: "it.only('a', () => undefined)\ntest.skip('b', () => undefined)\nxit('c', () => undefined)\n",
  },
  store: {
    filePath: 'packages/core/src/store/parsers.ts',
    text: `/** Reads one event. */
export function read(id: string): string
export function read(id: number): string
export function read(id: string | number): string {
  return \`select \${id} from event\`
}
`,
  },
} satisfies Record<string, Case>

// Jest cannot import an ESM configuration, so a process of its own lints all cases with one TypeScript program.
const LINTER = `
import { ESLint } from 'eslint'
import { readFileSync } from 'node:fs'
const eslint = new ESLint()
const said = {}
for (const [name, { filePath, text }] of Object.entries(JSON.parse(readFileSync(0, 'utf8')))) {
  const [{ messages }] = await eslint.lintText(text, { filePath })
  said[name] = messages.map(({ ruleId, message }) => ruleId + ': ' + message)
}
console.log(JSON.stringify(said))`

let said: Record<keyof typeof CASES, string[]>

beforeAll(() => {
  const finished = spawnSync(process.execPath, ['--input-type=module', '--eval', LINTER], {
    cwd: ROOT,
    input: JSON.stringify(CASES),
    encoding: 'utf8',
    // Otherwise the parser takes a file's content from the disk.
    env: { ...process.env, TSESTREE_SINGLE_RUN: 'false' },
  })
  if (finished.status !== 0) throw new Error(finished.stderr)
  said = JSON.parse(finished.stdout) as typeof said
}, 60_000)

test.each([
  "actrail/docstring: 'storage' is exported without a docstring",
  'no-explicit-any',
  'enterWith leaks',
  'no-floating-promises',
  'no-console',
  'Only the command line reads the environment',
  'no clock of its own',
  'Export by name',
  'SQL lives in packages/core/src/store/sql',
  'union of string literals',
  'max-params',
  'max-lines-per-function',
  'max-lines: File has too many lines',
])('code of a pure floor that breaks the house style is told: %s', (expected) => {
  expect(said.pureFloor.join('\n')).toContain(expected)
})

test('no test is singled out or left out', () => {
  expect(said.tests.filter((line) => line.includes('No test is left out'))).toHaveLength(3)
})

test('the store may hold SQL, and an overloaded function one docstring', () => {
  expect(said.store).toEqual([])
})
