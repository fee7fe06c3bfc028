import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { countMatrix, type MatrixTarget, type TargetResult, targetsNamed } from '../../conformance/matrix'
import { renderMatrix } from '../../conformance/matrix-page'
import { type PostgresServer, startPostgres } from '../../db/server'
import { packPackages } from '../../packed/tarballs'
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
  /** Every stand has a folder of its own in it. */
  readonly folder: string
  readonly postgres: PostgresServer
  readonly tarballs: Awaited<ReturnType<typeof packPackages>>
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
    const context = { folder, postgres, tarballs: await packPackages(join(folder, 'tarballs')) }
    const results: TargetResult[] = []
    for (const target of targets) results.push(await playOne(target, context))
    if (record) writeFileSync(PAGE, renderMatrix(results, process.versions.node))
    return findingsOf(results)
  } finally {
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function playOne(target: MatrixTarget, { folder, postgres, tarballs }: Run): Promise<TargetResult> {
  const began = Date.now()
  const stand = join(folder, target.name)
  const { fixture, format, kit } = target
  const sources = ['matrix-child', ...(kit.kind === 'adapter' ? [kit.harness] : [])]
  let versions = {}
  try {
    mkdirSync(stand)
    await buildStand({ fixture, format, sources, tarballs, folder: stand })
    versions = Object.fromEntries(target.versionsOf.map((name) => [name, versionIn(stand, name)]))
    const { cases, failure } = await playTarget({ kit, stand, server: postgres.url })
    return said({ target, versions, cases, ...(failure !== undefined && { failure }) }, began)
  } catch (error) {
    return said({ target, versions, cases: [], failure: error instanceof Error ? error.message : String(error) }, began)
  } finally {
    rmSync(stand, { recursive: true, force: true })
  }
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
