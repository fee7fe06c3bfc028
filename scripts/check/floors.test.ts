import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { ROOT, runProgram } from './command'

interface Violation {
  readonly from: string
  readonly rule: { readonly name: string }
}

interface Report {
  readonly summary: {
    readonly violations: readonly Violation[]
    readonly ruleSetUsed: { readonly forbidden: readonly { readonly name: string; readonly comment: string }[] }
  }
}

const CORE = 'packages/core/src'

/** One file that breaks each rule, by the rule's name. */
const BREAKS: Readonly<Record<string, readonly [path: string, text: string]>> = {
  'f0-words-import-only-words': [`${CORE}/model/a.ts`, "import '../redact/fine'"],
  'f0-words-run-in-a-browser': [`${CORE}/model/b.ts`, "import 'node:fs'"],
  'f1-logic-looks-down': [`${CORE}/filter/a.ts`, "import '../journal/fine'"],
  'f1-logic-does-no-io': [`${CORE}/redact/a.ts`, "import 'node:fs/promises'"],
  'f2-edges-look-down': [`${CORE}/journal/a.ts`, "import '../ingest/fine'"],
  'f2-edges-know-each-other-by-type-only': [`${CORE}/journal/b.ts`, "import '../store/fine'"],
  'f3-features-look-down': [`${CORE}/query/a.ts`, "import '../http/fine'"],
  'f3-features-are-strangers': [
    `${CORE}/query/b.ts`,
    "import type { Fine } from '../ingest/fine'\nexport type A = Fine",
  ],
  'f5-nobody-below-imports-the-wiring': [`${CORE}/http/a.ts`, "import '../audit-trail'"],
  'only-the-store-speaks-to-postgres': [`${CORE}/query/c.ts`, "import 'pg'"],
  'core-stands-alone': [`${CORE}/store/a.ts`, "import '../../../embedded/src/index'"],
  'adapters-and-kits-import-core-only': ['packages/express/src/a.ts', "import '../../embedded/src/index'"],
  'client-imports-nothing-of-ours': ['packages/client/src/a.ts', "import '../../core/src/index'"],
  'client-users-import-client-only': ['packages/dashboard/src/a.ts', "import '../../core/src/index'"],
  'packages-meet-at-their-entry': ['packages/express/src/b.ts', "import '../../core/src/model/fine'"],
  'stand-ins-for-users-meet-packages-at-their-entry': ['test/rigs/a.ts', "import '../../packages/core/src/model/fine'"],
  'frameworks-by-type-only': ['packages/express/src/c.ts', "import 'express'"],
  'products-do-not-import-proofs': ['packages/express/src/d.ts', "import '../../../bench/a'"],
  'products-import-declared-dependencies': ['packages/express/src/e.ts', "import 'undeclared'"],
  'no-cycles': [`${CORE}/tasks/a.ts`, "import './b'"],
  'no-orphans': [`${CORE}/tasks/c.ts`, 'export const alone = 1'],
  'no-unresolvable': [`${CORE}/tasks/d.ts`, "import './gone'"],
  'no-deprecated-built-ins': ['test/b.ts', "import 'punycode'"],
}

/** What those files import, each in order by itself. */
const SURROUNDINGS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['model', 'redact', 'journal', 'store', 'ingest', 'http'].map((room) => [
      `${CORE}/${room}/fine.ts`,
      "import type { Word } from '../errors'\nexport type Fine = Word",
    ]),
  ),
  [`${CORE}/errors.ts`]: "export type Word = 'a'",
  [`${CORE}/audit-trail.ts`]: "export * from './http/fine'",
  [`${CORE}/index.ts`]: "export * from './audit-trail'",
  [`${CORE}/tasks/b.ts`]: "import './a'",
  [`${CORE}/capture/by-type.ts`]: "import type { Fine } from '../journal/fine'\nexport type Typed = Fine",
  'packages/embedded/src/index.ts': "import '../../core/src/index'",
  'bench/a.ts': "import '../packages/core/src/index'",
  'package.json': '{ "name": "tree", "dependencies": {} }',
  'tsconfig.test.json': '{ "compilerOptions": { "module": "node16", "moduleResolution": "node16" } }',
}

let tree: string

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'actrail-floors-'))
  const dependencies = { pg: '1', express: '1' }
  for (const name of ['core', 'express', 'embedded', 'client', 'dashboard']) {
    write(`packages/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', dependencies }))
  }
  for (const name of ['pg', 'express', 'undeclared']) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }))
    write(`node_modules/${name}/index.js`, '')
  }
  for (const [path, text] of Object.entries(SURROUNDINGS)) write(path, text)
  for (const [path, text] of Object.values(BREAKS)) write(path, text)
})
afterAll(() => rmSync(tree, { recursive: true }))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(tree, path)), { recursive: true })
  writeFileSync(join(tree, path), text)
}

async function cruise(): Promise<Report> {
  const args = ['--config', join(ROOT, '.dependency-cruiser.cjs'), '--output-type', 'json', 'packages', 'test', 'bench']
  const finished = await runProgram(join(ROOT, 'node_modules/.bin/depcruise'), args, { cwd: tree })
  return JSON.parse(finished.stdout) as Report
}

test('every rule of the floors says why, and reports the file that breaks it and no other', async () => {
  const { violations, ruleSetUsed } = (await cruise()).summary
  for (const { name, comment } of ruleSetUsed.forbidden) {
    expect({ name, why: comment.length > 40 }).toEqual({ name, why: true })
    expect({ name, from: BREAKS[name]?.[0] }).toEqual({ name, from: expect.any(String) })
  }
  const reported = new Set(violations.map(({ from, rule }) => `${rule.name} in ${from}`))
  for (const [name, [path]] of Object.entries(BREAKS)) expect(reported).toContain(`${name} in ${path}`)
  const broken = new Set([...Object.values(BREAKS).map(([path]) => path), `${CORE}/tasks/b.ts`])
  expect(violations.filter(({ from }) => !broken.has(from)).map(({ from, rule }) => `${rule.name} in ${from}`)).toEqual(
    [],
  )
})
