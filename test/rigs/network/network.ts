import { felt, type Felt, type Span, unserved } from '../app/latency'
import type { Answer } from '../app/oracle'
import { delay, judgeLog, onStage, type Stage } from '../app/stage'
import type { Child } from '../runner/child'
import { type Findings, progress } from '../runner/command'
import { createRandom, type Random } from '../runner/random'
import { rounded } from '../runner/statistics'
import { type Fault, FAULTS } from './faults'
import { type FaultProxy, startProxy } from './proxy'

/** Flags of the `network` rig. */
export interface NetworkFlags {
  readonly framework: string
  /** How many faults, in random order, each kind as often as the others. */
  readonly faults: number
  /** Names of faults, with commas; empty: all. */
  readonly only: string
  /** Longest fault, in seconds. */
  readonly longest: number
  readonly rate: number
  readonly connections: number
  readonly seed: number
}

/** What the run measured beside the log. */
export interface Measured {
  readonly before: Felt
  readonly during: Felt
  readonly drainSeconds: number
  readonly resets: number
  readonly unserved: number
}

/** The proxy works on the same machine, byte by byte at times. */
const SLOWER_AT_MOST_MS = 10
/** A connection that has gone silent is given up after a minute. */
const DRAINED_WITHIN_SECONDS = 120
const BEFORE_MS = 3_000
const BETWEEN_MS = 700
/** After these, connections are open on which nothing happens. */
const SILENT: readonly Fault[] = ['black-hole', 'half-open']

/** Breaks the network between the application and Postgres in every way, under load, and looks for what got lost or came twice. */
export async function run(flags: NetworkFlags): Promise<Findings> {
  const { framework, seed, connections, rate } = flags
  return onStage('network', { framework, seed, connections, rate }, async (stage) => {
    const random = createRandom(seed)
    const proxy = await startProxy(stage.postgres.url, random)
    try {
      const app = stage.startApp({ database: proxy.url })
      const measured = await play({ stage, app, proxy, random }, flags)
      const { isClean, figures } = await judgeLog(stage.postgres.url, measured.answers)
      const { answers: _, course: __, ...result } = measured
      const isReset = measured.resets > 0 || !measured.course.includes('reset')
      const isMet = isClean && figures.unknown === 0 && isReset && isUnaffected(result)
      return { pass: isMet, framework, faults: flags.faults, ...result, ...figures }
    } finally {
      await proxy.close()
    }
  })
}

/** Whether the application noticed nothing, and the log caught up. */
export function isUnaffected({ before, during, drainSeconds, unserved: failed }: Measured): boolean {
  return failed === 0 && during.p99Ms <= before.p99Ms + SLOWER_AT_MOST_MS && drainSeconds <= DRAINED_WITHIN_SECONDS
}

interface Parts {
  readonly stage: Stage
  readonly app: Child
  readonly proxy: FaultProxy
  readonly random: Random
}

async function play(
  { stage, app, proxy, random }: Parts,
  flags: NetworkFlags,
): Promise<Measured & { answers: Answer[]; course: Fault[] }> {
  await stage.load.ask('aim', await app.ready)
  await delay(BEFORE_MS)
  const quiet: Span = { from: Date.now(), to: Date.now() + BEFORE_MS }
  await delay(BEFORE_MS)
  const from = Date.now()
  const course = courseOf(random, flags)
  for (const fault of course) {
    await proxy.begin(fault)
    await delay(random.between(300, flags.longest * 1_000))
    await proxy.end()
    // Else what follows would meet connections on which nothing happens any more.
    if (SILENT.includes(fault)) await drainFrom(app)
    else await delay(BETWEEN_MS)
  }
  const faulty: Span = { from, to: Date.now() }
  const answers = await stage.stopLoad()
  const drainSeconds = await drainFrom(app)
  await app.ask('stop')
  return {
    answers,
    course,
    before: felt(answers, quiet),
    during: felt(answers, faulty),
    drainSeconds,
    resets: proxy.resets(),
    unserved: unserved(answers).length,
  }
}

/** Each kind once, in random order, those that leave silence behind at the end, and again. */
export function courseOf(random: Random, { faults, only }: Pick<NetworkFlags, 'faults' | 'only'>): Fault[] {
  const names = only === '' ? [] : only.split(',')
  const kinds = names.length === 0 ? FAULTS : FAULTS.filter((fault) => names.includes(fault))
  const course: Fault[] = []
  while (kinds.length > 0 && course.length < faults) {
    const kindsNow = random.shuffle(kinds)
    course.push(...kindsNow.filter((fault) => !SILENT.includes(fault)), ...kindsNow.filter((f) => SILENT.includes(f)))
  }
  const cut = course.slice(0, faults)
  progress(`faults: ${cut.join(', ')}`)
  return cut
}

async function drainFrom(app: Child): Promise<number> {
  const began = Date.now()
  const deadline = began + DRAINED_WITHIN_SECONDS * 1_500
  while (Date.now() < deadline && !(await succeeds(app.ask('flush')))) await delay(100)
  return rounded((Date.now() - began) / 1_000, 1)
}

async function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  )
}
