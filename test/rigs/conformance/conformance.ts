import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { countMatrix, MATRIX, type MatrixTarget, type TargetResult, targetsNamed } from '../../conformance/matrix'
import { renderMatrix } from '../../conformance/matrix-page'
import { type PostgresServer, startPostgres } from '../../db/server'
import { packPackages, type Tarballs } from '../../packed/tarballs'
import { type Findings, progress } from '../runner/command'
import { playTarget } from './play-target'
import { buildStand, versionIn } from './stand'

/** Flags of the `conformance` rig. */
export interface ConformanceFlags {
  /** Names of targets, with commas; all of them when empty. */
  readonly only: string
  /** Writes the page. */
  readonly record: boolean
}

const PAGE = resolve(__dirname, '../../../docs/reference/conformance.md')

interface Run {
  /** Holds the stands. */
  readonly folder: string
  readonly postgres: PostgresServer
  readonly tarballs: Tarballs
  /** By fixture. */
  readonly stands: Map<string, Promise<string>>
}

/**
 * Plays the contract kits on every adapter at every version, from packed tarballs, and on the oldest TypeORM. What does
 * not install or start is a failure, never left out.
 */
export async function run({ only, record }: ConformanceFlags): Promise<Findings> {
  const targets = targetsNamed(only)
  if (record && only !== '') throw new Error('The page holds the whole matrix: --record goes without --only.')
  const folder = mkdtempSync(join(tmpdir(), 'actrail-conformance-'))
  const postgres = await startPostgres()
  try {
    const tarballs = await packPackages(join(folder, 'tarballs'))
    const context: Run = { folder, postgres, tarballs, stands: new Map() }
    const results: TargetResult[] = []
    for (const target of targets) results.push(await playOne(target, context))
    if (record) writeFileSync(PAGE, renderMatrix(results, process.versions.node))
    return findingsOf(results)
  } finally {
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function playOne(target: MatrixTarget, run: Run): Promise<TargetResult> {
  const began = Date.now()
  let versions = {}
  try {
    const stand = await standOf(target, run)
    versions = Object.fromEntries(target.versionsOf.map((name) => [name, versionIn(stand, name)]))
    const played = await playTarget({ kit: target.kit, stand, server: run.postgres.url })
    return said({ target, versions, ...played }, began)
  } catch (error) {
    return said({ target, versions, cases: [], failure: error instanceof Error ? error.message : String(error) }, began)
  }
}

/** Targets of one fixture share a stand, which goes with the run's folder. */
function standOf({ fixture }: MatrixTarget, { folder, tarballs, stands }: Run): Promise<string> {
  const known = stands.get(fixture)
  if (known !== undefined) return known
  const stand = join(folder, fixture)
  const of = MATRIX.filter((target) => target.fixture === fixture)
  const harnesses = of.flatMap(({ kit }) => ('harness' in kit ? [kit.harness] : []))
  const sources = ['matrix-child', ...new Set(harnesses)]
  const format = of[0]?.format ?? 'commonjs'
  mkdirSync(stand)
  const built = buildStand({ fixture, format, sources, tarballs, folder: stand }).then(() => stand)
  stands.set(fixture, built)
  return built
}

function said(result: TargetResult, began: number): TargetResult {
  const { cases, failure, target } = result
  const wrong = cases.filter(({ mistake }) => mistake !== undefined)
  const words = failure ?? `${cases.length} cases, ${wrong.length} mistakes`
  progress(`${target.name}: ${words} (${Math.round((Date.now() - began) / 1000)} s)`)
  return result
}

function findingsOf(results: readonly TargetResult[]): Findings {
  const counts = countMatrix(results)
  const wrong = results.flatMap(({ target, cases, failure }) => [
    ...(failure === undefined ? [] : [`${target.name}: ${failure}`]),
    ...cases.flatMap(({ name, mistake }) => (mistake === undefined ? [] : [`${target.name}, ${name}: ${mistake}`])),
  ])
  return {
    pass: counts['mistakes'] === 0,
    ...counts,
    versions: Object.fromEntries(
      results.map(({ target, versions }) => [target.name, Object.values(versions).join(' ')]),
    ),
    ...(wrong.length > 0 && { wrong }),
  }
}
