import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { startPostgres } from '../../db/server'
import type { AppSettings } from '../app/settings'
import type { LoadSettings } from '../app/load'
import { type Answer, judge, type Verdict } from '../app/oracle'
import { readLog } from '../app/read-log'
import { delay, drain, DURABLE, tally } from '../app/stage'
import { type Child, startChild } from '../runner/child'
import { type Findings, progress } from '../runner/command'
import { createRandom, type Random } from '../runner/random'
import { rounded } from '../runner/statistics'

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
  const postgres = await startPostgres({ settings: DURABLE })
  const answers = join(folder, 'answers.json')
  const settings: LoadSettings = { seed: flags.seed, connections: flags.connections, answers }
  const load = startChild({ script: join(__dirname, '../app/load.ts'), settings })
  let last: Child | undefined
  try {
    await query(postgres.url, 'create table item (id text primary key, name text not null, amount int not null)')
    const store = { database: postgres.url, directory: join(folder, 'actrail') }
    const app: AppSettings = { framework: flags.framework, business: true, ...store }
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
  return startChild({ script: join(__dirname, '../app/app.ts'), settings: app })
}

function findings({ flags, servedMs, early }: Run, verdict: Verdict, anomalies: readonly string[]): Findings {
  const { isClean, figures } = tally(verdict, anomalies)
  const perSecond = Math.round((figures.acknowledged / servedMs) * 1000)
  const unknownShare = figures.unknown / figures.acknowledged
  return {
    pass: isClean && unknownShare <= UNKNOWN_AT_MOST && perSecond >= flags.rate,
    framework: flags.framework,
    kills: flags.kills,
    killsDuringStart: early,
    perSecond,
    ...figures,
    unknownPercent: rounded(unknownShare * 100, 4),
  }
}

async function query(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(sql)
  await client.end()
}
