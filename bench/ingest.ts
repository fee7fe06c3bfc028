import { DataSource, EntitySchema } from 'typeorm'
import { rollupTask } from '../packages/core/src/analytics/rollups'
import { createSender } from '../packages/core/src/ingest/sender'
import { createSequencer } from '../packages/core/src/sequence/sequencer'
import { openStore, type Store } from '../packages/core/src/store/store'
import { createTasks } from '../packages/core/src/tasks/tasks'
import { REALISTIC, startPostgres } from '../test/db/server'
import { type Findings, progress } from '../test/rigs/runner/command'
import { median, percentile, rounded } from '../test/rigs/runner/statistics'
import { createRows, createTexts } from './ingest/events'
import { fillJournal, logger } from './ingest/filled-journal'

/** Flags of the `ingest` benchmark. */
export interface IngestFlags {
  readonly events: number
  readonly pieces: number
  readonly saves: number
}

interface Piece {
  readonly perSecond: number
  readonly cpuUsPerEvent: number
  readonly savesPerSecond: number
}

const BARS = { perSecond: 10_000, timesSave: 8, cpuUsPerEvent: 8, slowToMedian: 0.6, halves: 0.8 }

/**
 * From accepted (in the journal) to visible (in the log), everything in one process at its defaults: sender, sequencer,
 * rollups. The events come in pieces; before each of them some are written by `repository.save()`, one by one, ten at a
 * time, into a table with the same columns and indexes, on the same server.
 */
export async function run(flags: IngestFlags): Promise<Findings> {
  const postgres = await startPostgres({ settings: REALISTIC })
  const store = await openStore({ database: postgres.url })
  const rival = await openRival(postgres.url)
  const perSecond: number[] = []
  try {
    const pieces: Piece[] = []
    for (let n = 1; n <= flags.pieces; n++) {
      const savesPerSecond = await rival.save(flags.saves)
      const events = Math.round(flags.events / flags.pieces)
      const { rate, cpuUsPerEvent } = await ingest({ store, events, next: createTexts() }, perSecond)
      pieces.push({ perSecond: rate, cpuUsPerEvent, savesPerSecond })
      progress(
        `piece ${n}: ${Math.round(rate)} ev/s, ${cpuUsPerEvent.toFixed(1)} µs of CPU, save() ${Math.round(savesPerSecond)}/s`,
      )
    }
    return figures(pieces, perSecond, await gaps(store))
  } finally {
    await rival.close()
    await store.stop()
    await postgres.stop()
  }
}

/** What {@link ingest} brings in. */
export interface Ingest {
  readonly store: Store
  readonly events: number
  /** Makes one event, as the journal takes it. */
  readonly next: () => string
}

/**
 * From a full journal to visible in the log. Answers events per second and the CPU of this process for each; adds the
 * events of each whole second to `series`.
 */
export async function ingest(
  { store, events, next }: Ingest,
  series: number[],
): Promise<{ rate: number; cpuUsPerEvent: number }> {
  const { journal, close } = await fillJournal(events, next)
  const sequencer = createSequencer({ log: store.sequence, logger })
  const tasks = createTasks({ tasks: [rollupTask(store.rollups)], isLeader: () => sequencer.isLeader(), logger })
  sequencer.start()
  tasks.start()
  const { sequencedEvents } = await store.status()
  const stopWatch = watchRate(store, sequencedEvents, series)
  const cpu = process.cpuUsage()
  const began = performance.now()
  const sender = createSender({ reader: journal.reader, store, logger, onStored: (stored) => sequencer.wake(stored) })
  await sender.flush()
  sequencer.wake(1, true)
  await store.drained()
  const tookMs = performance.now() - began
  const { user, system } = process.cpuUsage(cpu)
  stopWatch()
  await sender.stop()
  await tasks.stop()
  await sequencer.stop()
  await close()
  return { rate: (events / tookMs) * 1_000, cpuUsPerEvent: (user + system) / events }
}

/** Notes the events of each whole second; the first second, in which the first batches form, is left out. */
function watchRate(store: Store, from: number, series: number[]): () => void {
  const points = [{ at: performance.now(), index: from }]
  const silence = store.onSequenced((index) => points.push({ at: performance.now(), index }))
  return () => {
    silence()
    const seconds = spreadOverSeconds(points)
    series.push(...seconds.slice(1, -1))
  }
}

/** A step's events count for the seconds over which it worked on them, in equal parts. */
function spreadOverSeconds(points: readonly { at: number; index: number }[]): number[] {
  const start = points[0]?.at ?? 0
  const seconds: number[] = []
  points.slice(1).forEach((point, n) => {
    const before = points[n] ?? point
    const [from, to] = [before.at - start, Math.max(point.at, before.at + 0.001) - start]
    for (let second = Math.floor(from / 1_000); second <= Math.floor(to / 1_000); second++) {
      const share = (Math.min(to, (second + 1) * 1_000) - Math.max(from, second * 1_000)) / (to - from)
      seconds[second] = (seconds[second] ?? 0) + (point.index - before.index) * share
    }
  })
  return seconds
}

async function gaps(store: Store): Promise<number> {
  const [row] = await store.database.query<{ gaps: number }>(`
    select (select count(*) from actrail.event) - (select next_index from actrail.log_head)
         + (select count(*) from (select max(workspace_seq) + 1 - count(*) as missing from actrail.event group by workspace_id) w where missing <> 0)
         + (select count(*) from (select max(log_index) + 1 - count(distinct log_index) as missing from actrail.event) l where missing <> 0)
      as gaps`)
  return row?.gaps ?? -1
}

interface Rival {
  /** Saves events one by one, ten at a time; answers events per second. */
  save(events: number): Promise<number>
  close(): Promise<void>
}

async function openRival(url: string): Promise<Rival> {
  const text = { type: 'text', nullable: true } as const
  const texts = [
    'actor_email',
    'resource_id',
    'resource_type',
    'issue_id',
    'project',
    'user_agent',
    'request_id',
    'trace_id',
  ]
  const entity = new EntitySchema<Record<string, unknown>>({
    name: 'audit_log',
    columns: {
      id: { type: 'uuid', primary: true },
      occurred_at: { type: 'timestamptz' },
      workspace_id: text,
      actor_type: text,
      actor_id: text,
      action: text,
      verb: text,
      result: text,
      source: text,
      ...Object.fromEntries(texts.map((name) => [name, text])),
      status_code: { type: 'int' },
      duration_us: { type: 'bigint' },
      ip: { type: 'inet' },
      details: { type: 'jsonb' },
    },
    indices: [
      { columns: ['workspace_id', 'occurred_at'] },
      { columns: ['workspace_id', 'actor_id', 'occurred_at'] },
      { columns: ['workspace_id', 'action', 'occurred_at'] },
      { columns: ['workspace_id', 'resource_type', 'resource_id', 'occurred_at'] },
    ],
  })
  const source = new DataSource({ type: 'postgres', url, entities: [entity], synchronize: true, poolSize: 10 })
  await source.initialize()
  const repository = source.getRepository(entity)
  const next = createRows()
  return {
    save: async (events) => {
      let left = events
      const began = performance.now()
      const worker = async (): Promise<void> => {
        while (left-- > 0) {
          const { v: _v, occurred_at, ...row } = next()
          await repository.save({ ...row, occurred_at: new Date(occurred_at) })
        }
      }
      await Promise.all(Array.from({ length: 10 }, worker))
      return (events / (performance.now() - began)) * 1_000
    },
    close: () => source.destroy(),
  }
}

function figures(pieces: readonly Piece[], series: readonly number[], missing: number): Findings {
  const rate = median(pieces.map((piece) => piece.perSecond))
  const timesSave = median(pieces.map((piece) => piece.perSecond / piece.savesPerSecond))
  const cpuUsPerEvent = median(pieces.map((piece) => piece.cpuUsPerEvent))
  // Flat: the slowest tenth of the seconds keeps up, and the second half is as fast as the first.
  const slowToMedian = percentile(series, 10) / median(series)
  const half = Math.floor(series.length / 2)
  const halves = median(series.slice(half)) / median(series.slice(0, half))
  const pass =
    rate >= BARS.perSecond &&
    timesSave >= BARS.timesSave &&
    cpuUsPerEvent <= BARS.cpuUsPerEvent &&
    missing === 0 &&
    slowToMedian >= BARS.slowToMedian &&
    halves >= BARS.halves
  return {
    pass,
    eventsPerSecond: Math.round(rate),
    timesSave: rounded(timesSave, 1),
    savesPerSecond: Math.round(median(pieces.map((piece) => piece.savesPerSecond))),
    cpuUsPerEvent: rounded(cpuUsPerEvent, 1),
    contiguous: missing === 0,
    slowTenthToMedian: rounded(slowToMedian, 2),
    secondHalfToFirst: rounded(halves, 2),
    perSecond: series.map(Math.round),
  }
}
