import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { startPostgres } from '../../db/server'
import { type Child, startChild } from '../runner/child'
import { type Findings, progress } from '../runner/command'
import { createRandom, type Random } from '../runner/random'
import { rounded } from '../runner/statistics'
import type { AppSettings } from './app'
import type { LoadSettings } from './load'
import { type Answer, judge, type Verdict } from './oracle'
import { readLog } from './read-log'

/** Flags of the `crash` rig. */
export interface CrashFlags {
  readonly framework: string
  readonly kills: number
  readonly connections: number
  /** Longest life before a kill, in ms. */
  readonly up: number
  /** Requests per second that must have been served. */
  readonly rate: number
  readonly seed: number
}

/** One kill in so many comes while the application still starts, in the middle of its recovery. */
const EARLY_ONE_IN = 8
const DRAIN_AT_MOST_MS = 60_000
const UNKNOWN_AT_MOST = 0.0005

/** The flow of one run, kept together for the steps below. */
interface Run {
  readonly flags: CrashFlags
  readonly random: Random
  readonly app: AppSettings
  readonly load: Child
  servedMs: number
  early: number
}

/**
 * Kills a serving application with `kill -9` at random moments under full load, starts it again at once on the same
 * journal, and compares in the end what its clients know with what the log and the business tables hold.
 */
export async function run(flags: CrashFlags): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), 'actrail-crash-'))
  const postgres = await startPostgres({ settings: { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' } })
  const answers = join(folder, 'answers.json')
  const settings: LoadSettings = { seed: flags.seed, connections: flags.connections, answers }
  const load = startChild({ script: join(__dirname, 'load.ts'), settings })
  let last: Child | undefined
  try {
    await query(postgres.url, 'create table item (id text primary key, name text not null, amount int not null)')
    const app = { framework: flags.framework, database: postgres.url, directory: join(folder, 'actrail') }
    const state: Run = { flags, random: createRandom(flags.seed), app, load, servedMs: 0, early: 0 }
    await load.ready
    for (let kill = 1; kill <= flags.kills; kill++) await live(state, kill)
    last = startApp(state)
    await load.ask('aim', await last.ready)
    await delay(500)
    await load.ask('stop')
    const drainSeconds = await drain(last, join(app.directory, 'journal'))
    const status = await last.ask('stop')
    progress(`stopped: ${JSON.stringify(status)}`)
    const evidence = {
      answers: JSON.parse(readFileSync(answers, 'utf8')) as Answer[],
      ...(await readLog(postgres.url)),
    }
    return { ...findings(state, judge(evidence), evidence.anomalies), drainSeconds }
  } finally {
    await Promise.all([load.kill('SIGKILL'), last?.kill('SIGKILL')])
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One life of the application, from its start to its kill. */
async function live(state: Run, kill: number): Promise<void> {
  const { random, load, flags } = state
  const app = startApp(state)
  if (kill > 1 && random.between(1, EARLY_ONE_IN) === 1) {
    await Promise.race([delay(random.between(0, 1_500)), app.ready.then(() => delay(50))])
    state.early++
    return app.kill('SIGKILL')
  }
  await load.ask('aim', await app.ready)
  const upMs = random.between(20, flags.up)
  await delay(upMs)
  await app.kill('SIGKILL')
  state.servedMs += upMs
  if (kill % 5 === 0)
    progress(`${kill} of ${flags.kills} kills, ${String(await load.ask('count'))} requests acknowledged`)
}

function startApp({ app }: Run): Child {
  return startChild({ script: join(__dirname, 'app.ts'), settings: app })
}

function findings({ flags, servedMs, early }: Run, verdict: Verdict, anomalies: readonly string[]): Findings {
  const { violations, ...figures } = verdict
  const counts = Object.fromEntries(Object.entries(violations).map(([name, ids]) => [name, ids.length]))
  const examples = Object.entries(violations).flatMap(([name, ids]) =>
    ids[0] === undefined ? [] : [`${name}: ${ids[0]}`],
  )
  const perSecond = Math.round((figures.acknowledged / servedMs) * 1000)
  const unknownShare = figures.unknown / figures.acknowledged
  const clean = Object.values(counts).every((count) => count === 0) && anomalies.length === 0
  return {
    pass: clean && unknownShare <= UNKNOWN_AT_MOST && perSecond >= flags.rate,
    framework: flags.framework,
    kills: flags.kills,
    killsDuringStart: early,
    perSecond,
    ...figures,
    unknownPercent: rounded(unknownShare * 100, 4),
    ...counts,
    anomalies,
    ...(examples.length > 0 && { examples }),
  }
}

/**
 * Waits until what the killed lives left has been adopted and stored: their folders vanish from the journal, all but
 * the living one's. Answers how long that took, in seconds; gives up after a minute, and leaves the verdict to the oracle.
 */
async function drain(app: Child, journal: string): Promise<number> {
  const began = Date.now()
  while (readdirSync(journal).length > 1 && Date.now() - began < DRAIN_AT_MOST_MS) await delay(100)
  await app.ask('flush')
  return rounded((Date.now() - began) / 1000, 1)
}

async function query(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(sql)
  await client.end()
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
