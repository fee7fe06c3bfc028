import { felt, type Felt, unserved } from '../app/latency'
import { watchMemory } from '../app/memory'
import type { Answer } from '../app/oracle'
import { delay, judgeLog, onStage, type Stage } from '../app/stage'
import type { Child } from '../runner/child'
import { type Findings, progress } from '../runner/command'
import { rounded } from '../runner/statistics'

/** Flags of the `outage` rig. */
export interface OutageFlags {
  readonly framework: string
  /** How long Postgres is away. */
  readonly seconds: number
  /** Requests per second. */
  readonly rate: number
  readonly connections: number
  readonly seed: number
}

/** What the run measured beside the log. */
export interface Measured {
  readonly before: Felt
  readonly during: Felt
  readonly rssGrownMb: number
  readonly drainSeconds: number
  /** Requests that were not served as if nothing were wrong. */
  readonly unserved: number
}

/** In a large heap V8 lets some 100 MB of garbage gather now and then, outage or not; what is kept would not stand out. */
const SMALL_HEAP = '--max-old-space-size=96'
const SLOWER_AT_MOST_MS = 1
const RSS_AT_MOST_MB = 64
const DRAINED_WITHIN_SECONDS = 60
/** Compilers, pools and the memory that a loaded process takes anyway. */
const WARM_UP_MS = 5_000
const LONGEST_BEFORE_MS = 30_000
const AFTER_MS = 1_000

/** Takes Postgres away under load, as a crash would, brings it back, and looks for requests that are not in the log. */
export async function run(flags: OutageFlags): Promise<Findings> {
  const { seconds, ...stageFlags } = flags
  return onStage('outage', stageFlags, async (stage) => {
    const app = stage.startApp({}, [SMALL_HEAP])
    const measured = await play(stage, app, seconds)
    const answers = await stage.stopLoad()
    await app.ask('flush')
    await app.ask('stop')
    const { isClean, figures } = await judgeLog(stage.postgres.url, answers)
    const result = { ...measured(answers), ...{ framework: flags.framework, awaySeconds: seconds, rate: flags.rate } }
    return { pass: isClean && figures.unknown === 0 && isUnaffected(result), ...result, ...figures }
  })
}

/** Whether the application went on as before. */
export function isUnaffected({ before, during, rssGrownMb, drainSeconds, unserved: failed }: Measured): boolean {
  return (
    failed === 0 &&
    during.p99Ms <= before.p99Ms + SLOWER_AT_MOST_MS &&
    rssGrownMb <= RSS_AT_MOST_MB &&
    drainSeconds <= DRAINED_WITHIN_SECONDS
  )
}

async function play({ load, postgres }: Stage, app: Child, seconds: number): Promise<(answers: Answer[]) => Measured> {
  await load.ask('aim', await app.ready)
  await delay(Math.min(WARM_UP_MS, seconds * 1_000))
  const memory = watchMemory(app.pid)
  const from = Date.now()
  await delay(Math.min(LONGEST_BEFORE_MS, seconds * 1_000))
  const rssBeforeMb = memory.most()
  const awayAt = Date.now()
  await postgres.takeAway()
  progress(`Postgres is away, ${seconds} s from now`)
  await delay(seconds * 1_000)
  const backAt = Date.now()
  await postgres.bringBack()
  const drainSeconds = await drainFrom(app, Date.now())
  await delay(AFTER_MS)
  const rssGrownMb = rounded(memory.most() - rssBeforeMb, 1)
  memory.stop()
  progress(`drained after ${drainSeconds} s, ${rssGrownMb} MB more`)
  return (answers) => ({
    before: felt(answers, { from, to: awayAt }),
    during: felt(answers, { from: awayAt, to: backAt }),
    ...{ rssGrownMb, drainSeconds, unserved: unserved(answers).length },
  })
}

/** Seconds until all that was accepted by now is in the log. */
async function drainFrom(app: Child, began: number): Promise<number> {
  const deadline = began + DRAINED_WITHIN_SECONDS * 2_000
  while (Date.now() < deadline) {
    const isDone = await app.ask('flush').then(
      () => true,
      () => false,
    )
    if (isDone) break
    await delay(100)
  }
  return rounded((Date.now() - began) / 1_000, 1)
}
