import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { startPostgres } from '../test/db/server'
import { type Findings, progress } from '../test/rigs/runner/command'
import { median, rounded } from '../test/rigs/runner/statistics'

/** Flags of the `startup` benchmark. */
export interface StartupFlags {
  readonly rounds: number
}

const BARS = { coldSeconds: 2.5, warmSeconds: 1, postgresSeconds: 0.5, peakRssMb: 350 }

/** What `startup/child.cjs` prints; times in ms, memory in MB. */
interface Start {
  readonly loadedMs: number
  readonly startMs: number
  readonly flushMs: number
  readonly rssMb: number
  readonly peakRssMb: number
  readonly total: number
}

interface Round {
  readonly cold: Start
  readonly warm: Start
  readonly killed: Start
  readonly postgres: Start
}

/**
 * From `createAuditTrail()` to a trail that is ready, each time in a fresh process: on a new folder (`cold`), on one
 * that was closed in order (`warm`) or by `kill -9` (`killed`), and on a PostgreSQL that has the schema. What Node
 * takes to load the modules is reported apart. Memory is the highest that the process had, 2,000 events later.
 */
export async function run(flags: StartupFlags): Promise<Findings> {
  const postgres = await startPostgres()
  try {
    const rounds: Round[] = []
    for (let n = 0; n <= flags.rounds; n++) {
      const round = await playRound(postgres.url)
      const shown = Object.entries(round).map(
        ([name, start]: [string, Start]) => `${name} ${Math.round(start.startMs)} ms`,
      )
      progress(`${n === 0 ? 'warm-up' : `round ${n}`}: ${shown.join(', ')}`)
      if (n > 0) rounds.push(round)
    }
    return figures(rounds)
  } finally {
    await postgres.stop()
  }
}

async function playRound(database: string): Promise<Round> {
  const folder = mkdtempSync(path.join(tmpdir(), 'actrail-startup-'))
  const [embedded, other] = [path.join(folder, 'embedded'), path.join(folder, 'other')]
  try {
    const cold = await start([embedded])
    const warm = await start([embedded])
    await start([embedded, '', 'kill'])
    const killed = await start([embedded])
    return { cold, warm, killed, postgres: await start([other, database]) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function start(args: readonly string[]): Promise<Start> {
  const child = path.join(__dirname, 'startup', 'child.cjs')
  const env = { ...process.env, NODE_ENV: 'production', NODE_OPTIONS: '' }
  const { stdout } = await promisify(execFile)(process.execPath, [child, ...args], { env }).catch(
    (error: Error & { signal?: string; stdout: string }) => {
      if (error.signal === 'SIGKILL') return error
      throw error
    },
  )
  return JSON.parse(stdout) as Start
}

function figures(rounds: readonly Round[]): Findings {
  const of = (name: keyof Round, figure: keyof Start): number => median(rounds.map((round) => round[name][figure]))
  const seconds = (name: keyof Round): number => rounded(of(name, 'startMs') / 1_000)
  const found = {
    coldSeconds: seconds('cold'),
    warmSeconds: seconds('warm'),
    postgresSeconds: seconds('postgres'),
    peakRssMb: Math.round(Math.max(of('cold', 'peakRssMb'), of('warm', 'peakRssMb'))),
  }
  return {
    pass: Object.entries(BARS).every(([name, bar]) => found[name as keyof typeof BARS] <= bar),
    ...found,
    killedSeconds: seconds('killed'),
    loadSeconds: rounded(of('warm', 'loadedMs') / 1_000),
    readyRssMb: Math.round(of('warm', 'rssMb')),
    rounds: rounds.length,
  }
}
