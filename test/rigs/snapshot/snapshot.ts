import { join } from 'node:path'
import { Client } from 'pg'
import { type PostgresServer, REALISTIC, startPostgres } from '../../db/server'
import { readLog } from '../app/read-log'
import { delay } from '../app/stage'
import { type Child, startChild } from '../runner/child'
import { type Findings, progress } from '../runner/command'
import { keepsPace, type Pace, paceOf, type TimedStep } from './oracle'
import type { SequencingSettings } from './sequencing'

/** Flags of the `snapshot` rig. */
export interface SnapshotFlags {
  /** How long the transaction is held open. */
  readonly minutes: number
  /** Events per second. */
  readonly rate: number
  readonly seed: number
}

const WARM_UP_MS = 5_000
const LONGEST_BEFORE_MS = 60_000
/** A dump reads in one transaction from its first statement to its last. */
const HOLD = 'begin isolation level repeatable read read only; select count(*) from actrail.event'

/**
 * Holds a snapshot open, as a dump does, so that no dead row of the log's tables can be removed, and times the sequencer's
 * steps: against those before, and against those of a second log on a server of its own that gets the same.
 */
export async function run({ minutes, rate }: SnapshotFlags): Promise<Findings> {
  const logs: FedLog[] = []
  try {
    for (let n = 0; n < 2; n++) logs.push(await startLog(rate))
    const [held, free] = logs as [FedLog, FedLog]
    const { pace, perSecond } = await measure(held, free, minutes * 60_000)
    const ends = await Promise.all(logs.map(endOf))
    const anomalies = ends.flatMap((end) => end.anomalies)
    const isWhole = ends.every(({ appended, inLog }) => appended === inLog) && anomalies.length === 0
    const [{ appended, inLog }] = ends as [End, End]
    return {
      pass: isWhole && keepsPace(pace, { fed: perSecond, asked: rate }),
      ...{ minutes, rate, perSecond, ...pace, appended, inLog, anomalies },
    }
  } finally {
    for (const { sequencing, postgres } of logs) {
      await sequencing.kill('SIGKILL')
      await postgres.stop()
    }
  }
}

/** A server of its own, and a process that appends to its log and puts it in order. */
interface FedLog {
  readonly postgres: PostgresServer
  readonly sequencing: Child
}

async function startLog(rate: number): Promise<FedLog> {
  const postgres = await startPostgres({ settings: REALISTIC })
  const settings: SequencingSettings = { database: postgres.url, rate }
  return { postgres, sequencing: startChild({ script: join(__dirname, 'sequencing.ts'), settings }) }
}

interface End {
  readonly appended: number
  readonly inLog: number
  readonly anomalies: readonly string[]
}

async function endOf({ postgres, sequencing }: FedLog): Promise<End> {
  const appended = (await sequencing.ask('stop')) as number
  const { events, anomalies } = await readLog(postgres.url)
  return { appended, inLog: events.length, anomalies }
}

async function measure(held: FedLog, free: FedLog, holdMs: number): Promise<{ pace: Pace; perSecond: number }> {
  const takeSteps = ({ sequencing }: FedLog) => sequencing.ask('takeSteps') as Promise<TimedStep[]>
  const appended = async () => (await held.sequencing.ask('appended')) as number
  await Promise.all([held.sequencing.ready, free.sequencing.ready])
  await delay(Math.min(WARM_UP_MS, holdMs))
  await takeSteps(held)
  await delay(Math.min(LONGEST_BEFORE_MS, holdMs))
  const before = await takeSteps(held)
  await takeSteps(free)
  const holder = new Client({ connectionString: held.postgres.url })
  await holder.connect()
  await holder.query(HOLD)
  const [began, fedBefore] = [Date.now(), await appended()]
  progress(`${before.length} steps before; a snapshot is held for ${holdMs / 60_000} minutes`)
  await delay(holdMs)
  const perSecond = Math.round((((await appended()) - fedBefore) / (Date.now() - began)) * 1_000)
  const course = { before, held: await takeSteps(held), free: await takeSteps(free) }
  await holder.query('rollback')
  await holder.end()
  return { pace: paceOf(course), perSecond }
}
