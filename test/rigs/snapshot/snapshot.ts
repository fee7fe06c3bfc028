import { join } from 'node:path'
import { Client } from 'pg'
import { REALISTIC, startPostgres } from '../../db/server'
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

/** Holds a snapshot open, as a dump does, so that no dead row of the log's tables can be removed, and times the sequencer's steps. */
export async function run({ minutes, rate }: SnapshotFlags): Promise<Findings> {
  const postgres = await startPostgres({ settings: REALISTIC })
  const settings: SequencingSettings = { database: postgres.url, rate }
  const sequencing = startChild({ script: join(__dirname, 'sequencing.ts'), settings })
  try {
    await sequencing.ready
    const { pace, perSecond } = await measure(sequencing, postgres.url, minutes * 60_000)
    const appended = (await sequencing.ask('stop')) as number
    const { events, anomalies } = await readLog(postgres.url)
    const isWhole = events.length === appended && anomalies.length === 0
    return {
      pass: isWhole && keepsPace(pace, { fed: perSecond, asked: rate }),
      ...{ minutes, rate, perSecond, ...pace, appended, inLog: events.length, anomalies },
    }
  } finally {
    await sequencing.kill('SIGKILL')
    await postgres.stop()
  }
}

async function measure(sequencing: Child, url: string, holdMs: number): Promise<{ pace: Pace; perSecond: number }> {
  await delay(Math.min(WARM_UP_MS, holdMs))
  await sequencing.ask('takeSteps')
  await delay(Math.min(LONGEST_BEFORE_MS, holdMs))
  const before = (await sequencing.ask('takeSteps')) as TimedStep[]
  const holder = new Client({ connectionString: url })
  await holder.connect()
  await holder.query(HOLD)
  const [began, fedBefore] = [Date.now(), (await sequencing.ask('appended')) as number]
  progress(`${before.length} steps before; a snapshot is held for ${holdMs / 60_000} minutes`)
  await delay(holdMs)
  const fed = ((await sequencing.ask('appended')) as number) - fedBefore
  const perSecond = Math.round((fed / (Date.now() - began)) * 1_000)
  const held = (await sequencing.ask('takeSteps')) as TimedStep[]
  await holder.query('rollback')
  await holder.end()
  return { pace: paceOf(before, held), perSecond }
}
