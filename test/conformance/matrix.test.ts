import { createOutcomeCases } from '@actrail/testkit'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { countMatrix, MATRIX, type TargetResult, targetsNamed } from './matrix'
import { createCollectingRunner } from './matrix-collect'
import { renderMatrix } from './matrix-page'

const FIXTURES = join(__dirname, 'fixtures')
const json = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8')) as Manifest & Lock

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
}
interface Lock {
  readonly packages: Readonly<Record<string, { readonly resolved?: string }>>
}

const [first, second] = MATRIX
if (first === undefined || second === undefined) throw new Error('the matrix is empty')

const results: readonly TargetResult[] = [
  {
    target: first,
    versions: { express: '4.1.0' },
    cases: [
      { suite: 'leaves', name: 'answers' },
      { suite: 'leaves', name: 'hangs | up', mistake: 'c1: 0 events instead of 1\nat play.ts' },
    ],
  },
  {
    target: second,
    versions: { koa: '3.1.0', '@koa/router': '15.0.0' },
    cases: [{ suite: 'leaves', name: 'answers' }],
  },
]

describe('the matrix', () => {
  it('takes names with commas, all when there are none, and no others', () => {
    expect(targetsNamed('koa-3,express-4').map(({ name }) => name)).toEqual(['express-4', 'koa-3'])
    expect(targetsNamed('')).toEqual(MATRIX)
    expect(() => targetsNamed('express-4,expres-5')).toThrow('No target is called expres-5; there are express-4')
  })

  it('plays every fixture that there is', () => {
    expect(new Set(MATRIX.map(({ fixture }) => fixture))).toEqual(new Set(readdirSync(FIXTURES)))
  })

  it.each(readdirSync(FIXTURES))('finds everything that our packages need in the fixture %s', (fixture) => {
    const { packages } = json(FIXTURES, fixture, 'package-lock.json')
    const needed = json(__dirname, '../../packages/core/package.json').dependencies ?? {}
    // Missing here: npm install --package-lock-only --save-exact <name>, in the fixture's folder.
    expect(Object.keys(packages)).toEqual(
      expect.arrayContaining(Object.keys(needed).map((name) => `node_modules/${name}`)),
    )
    expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([])
  })

  it('counts a target that failed as a mistake of its own', () => {
    expect(countMatrix(results)).toEqual({ targets: 2, cases: 2, played: 3, mistakes: 1 })
    const failed = { ...results[1], cases: [], failure: 'npm ci' } as TargetResult
    expect(countMatrix([failed])).toEqual({ targets: 1, cases: 0, played: 0, mistakes: 1 })
  })
})

describe('the page of the matrix', () => {
  it('has a column for each target and says what passed, failed and cannot be', () => {
    const page = renderMatrix(results, '20.0.0')
    expect(page).toContain('| case | Express 4.1.0 | Express 3.1.0, @koa/router 15.0.0 |')
    expect(page).toContain('| answers | ✓ | ✓ |')
    expect(page).toContain('| hangs \\| up | ✗ | – |')
    expect(page).toContain('- express-4, hangs | up: c1: 0 events instead of 1\n')
  })

  it('shows a target that did not start as failed in every case', () => {
    const broken = {
      ...results[1],
      cases: [],
      versions: {},
      failure: 'npm ci of koa-3: no such package',
    } as TargetResult
    const page = renderMatrix([...results.slice(0, 1), broken], '20.0.0')
    expect(page).toContain('| answers | ✓ | ✗ |')
    expect(page).toContain(': npm ci of koa-3: no such package')
  })

  it('is recorded with every target and every case of today', () => {
    const page = readFileSync(join(__dirname, '../../docs/reference/conformance.md'), 'utf8')
    // Otherwise: npm run -s rig -- conformance --record
    for (const { name } of createOutcomeCases()) expect(page).toContain(`| ${name.replaceAll('|', '\\|')} |`)
    const columns = page.split('\n## ').flatMap((part) => /^\| case \|(.*)\|$/m.exec(part)?.[1]?.split('|') ?? [])
    expect(columns).toHaveLength(MATRIX.length)
  })
})

describe('the runner that collects', () => {
  it('runs what was declared in order, between before and after, and keeps the words of what failed', async () => {
    const seen: string[] = []
    const runner = createCollectingRunner()
    runner.describe('outer', () => {
      runner.beforeAll(async () => void seen.push('before'))
      runner.afterAll(async () => void seen.push('after'))
      runner.describe('inner', () => {
        runner.it('one', () => void seen.push('one'))
        runner.it('two', async () => Promise.reject(new Error('no')))
      })
    })
    expect(await runner.run()).toEqual([
      { suite: 'inner', name: 'one' },
      { suite: 'inner', name: 'two', mistake: 'no' },
    ])
    expect(seen).toEqual(['before', 'one', 'after'])
  })

  it('rejects when the target does not start', async () => {
    const runner = createCollectingRunner()
    runner.beforeAll(async () => Promise.reject(new Error('not serving')))
    await expect(runner.run()).rejects.toThrow('not serving')
  })
})
