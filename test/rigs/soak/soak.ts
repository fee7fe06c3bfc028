import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { startPostgres } from '../../db/server'
import { type Child, startChild } from '../runner/child'
import { type Findings, progress } from '../runner/command'
import { rounded } from '../runner/statistics'
import type { AppSettings } from './app'
import type { Asked, LoadSettings } from './load'
import type { Sample } from './sample'
import { growth } from './trend'

/** Flags of the `soak` rig. */
export interface SoakFlags {
  readonly framework: string
  readonly minutes: number
  readonly rate: number
  readonly connections: number
  readonly seed: number
}

const SAMPLE_EVERY_MS = 1_000
/** The first part of a run fills caches, pools and the compiler's memory. */
const WARM_UP = 0.4
const SETTLE_MS = 2_000
/** Pools close what idles after ten seconds. */
const IDLE_MS = 15_000
/** What may be left without anything being leaked: an open segment of the journal, a timer that runs. */
const FEW = 4
/** What may come and go under load, by the straight line. */
const SOME = 40
const MB = 1_048_576
/** Growth from the warm-up to the end, by the straight line through the samples. */
const RSS_MB = 16
const HEAP_MB = 4

/**
 * Serves requests at a steady rate and looks, from inside the serving process, for anything that grows: memory,
 * descriptors, timers, listeners, connections. In the end every answered request must be in the log, once.
 */
export async function run(flags: SoakFlags): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), 'actrail-soak-'))
  const postgres = await startPostgres({ settings: { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' } })
  const children: Child[] = []
  try {
    await query(postgres.url, 'create table item (id text primary key, name text not null)')
    const settings: AppSettings = { framework: flags.framework, database: postgres.url, directory: folder }
    const app = startChild({ script: join(__dirname, 'app.ts'), settings, nodeFlags: ['--expose-gc'] })
    children.push(app)
    const { framework: _, minutes: __, ...rest } = flags
    const load: LoadSettings = { ...rest, port: (await app.ready) as number }
    const clients = startChild({ script: join(__dirname, 'load.ts'), settings: load })
    children.push(clients)
    await clients.ready
    return await soak({ flags, app, clients, database: postgres.url })
  } finally {
    await Promise.all(children.map((child) => child.kill('SIGKILL')))
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Run {
  readonly flags: SoakFlags
  readonly app: Child
  readonly clients: Child
  readonly database: string
}

async function soak({ flags, app, clients, database }: Run): Promise<Findings> {
  await delay(SETTLE_MS)
  const before = (await app.ask('sample')) as Sample
  const samples: Sample[] = []
  const connections: number[] = []
  await clients.ask('begin')
  for (const end = performance.now() + flags.minutes * 60_000; performance.now() < end; await delay(SAMPLE_EVERY_MS)) {
    const sample = (await app.ask('sample')) as Sample
    samples.push(sample)
    connections.push(await count(database, OUR_CONNECTIONS))
    if (samples.length % 30 === 0) progress(`${samples.length} s: ${JSON.stringify(sample)}`)
  }
  const asked = (await clients.ask('end')) as Asked
  const { events } = (await app.ask('status')) as { events: { accepted: number; lost: number; sequenced: number } }
  const warnings = (await app.ask('warnings')) as string[]
  const after = await idle(app, before)
  const inLog = await count(database, IN_LOG)
  const twice = await count(database, TWICE)
  await app.ask('stop')
  const watched = samples.slice(Math.floor(samples.length * WARM_UP))
  const figures = { ...grown(watched), ...left(before, after), connectionsGrown: spread(watchedPart(connections)) }
  const log = { ...asked, slowestMs: rounded(asked.slowestMs, 1), inLog, twice, lost: events.lost }
  const perSecond = Math.round(asked.answered / (flags.minutes * 60))
  return {
    pass: isFlat(figures) && isComplete(log) && perSecond >= flags.rate * 0.98 && warnings.length === 0,
    ...{ framework: flags.framework, minutes: flags.minutes, perSecond, samples: watched.length },
    ...{ ...log, ...figures, warnings, mostHeard: after.mostHeard },
  }
}

/** What the process holds once the load is over and pools have closed what idles. */
async function idle(app: Child, before: Sample): Promise<Sample> {
  const end = performance.now() + IDLE_MS
  for (;;) {
    await delay(SETTLE_MS)
    const sample = (await app.ask('sample')) as Sample
    if (sample.sockets <= before.sockets || performance.now() > end) return sample
  }
}

type Figures = Readonly<Record<string, number>>

/** How much what is held under load has grown since the warm-up. */
function grown(samples: readonly Sample[]): Figures & { rssGrownMb: number; heapGrownMb: number } {
  const of = (member: 'rss' | 'heap' | 'descriptors' | 'timers' | 'listeners'): number =>
    growth(samples.map((sample) => ({ x: sample.atMs, y: sample[member] })))
  return {
    rssMb: rounded((samples.at(-1)?.rss ?? NaN) / MB, 1),
    rssGrownMb: rounded(of('rss') / MB, 2),
    heapGrownMb: rounded(of('heap') / MB, 2),
    descriptorsGrown: rounded(of('descriptors'), 1),
    timersGrown: rounded(of('timers'), 1),
    listenersGrown: rounded(of('listeners'), 1),
  }
}

/** What is held after the load that was not held before it. */
function left(before: Sample, after: Sample): Figures {
  return {
    descriptorsLeft: after.descriptors - before.descriptors,
    timersLeft: after.timers - before.timers,
    socketsLeft: after.sockets - before.sockets,
    listenersLeft: after.listeners - before.listeners,
  }
}

function isFlat({ rssMb: _, rssGrownMb = NaN, heapGrownMb = NaN, ...counts }: Figures): boolean {
  const most = (name: string): number => (name.endsWith('Left') ? FEW : SOME)
  return rssGrownMb <= RSS_MB && heapGrownMb <= HEAP_MB && Object.entries(counts).every(([name, n]) => n <= most(name))
}

function isComplete(log: Asked & { inLog: number; twice: number; lost: number }): boolean {
  const { sent, answered, unanswered, unexpected, inLog, twice, lost } = log
  return sent === answered && inLog === answered && unanswered + unexpected + twice + lost === 0
}

const watchedPart = (values: readonly number[]): number[] => values.slice(Math.floor(values.length * WARM_UP))
const spread = (values: readonly number[]): number => Math.max(...values) - Math.min(...values)

const OUR_CONNECTIONS = `select count(*) from pg_stat_activity where application_name like 'actrail%'`
const IN_LOG = `select count(distinct request_id) from actrail.event where request_id like 's-%'`
const TWICE = `select count(*) - count(distinct request_id) as count from actrail.event where request_id like 's-%'`

async function count(url: string, sql: string): Promise<number> {
  return Number((await query(url, sql))[0]?.count)
}

async function query(url: string, sql: string): Promise<{ count: string }[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<{ count: string }>(sql)).rows
  } finally {
    await client.end()
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
