import { join } from 'node:path'
import type { Answer } from '../app/oracle'
import { delay, drain, judgeLog, onStage, type Stage } from '../app/stage'
import { type FaultProxy, startProxy } from '../network/proxy'
import type { Child } from '../runner/child'
import { type Findings, progress } from '../runner/command'
import { createRandom, type Random } from '../runner/random'
import { percentile, rounded } from '../runner/statistics'

/** Flags of the `stop` rig. */
export interface StopFlags {
  readonly framework: string
  /** How often the application ends in each of the ways. */
  readonly times: number
  /** Longest life before its end, in ms. */
  readonly up: number
  readonly connections: number
  readonly seed: number
}

/** How a process of the host's ends, other than by `kill -9`. */
const WAYS = ['SIGTERM', 'exit', 'throw'] as const
type Way = (typeof WAYS)[number]

/** What is between the application and Postgres when it ends. */
const PLACES = ['there', 'refused', 'black-hole'] as const
type Place = (typeof PLACES)[number]
/** From time to time. */
const COURSE: readonly Place[] = ['there', 'black-hole', 'there', 'refused']

/** One end, and how long the process took for it. */
export interface End {
  readonly way: Way
  readonly place: Place
  readonly tookMs: number
}

const WITHIN_MS = 5_000
/** A process that has not ended by then is killed, so that the rig goes on. */
const PATIENCE_MS = 20_000

/** Ends a serving application in each way that a host ends, with Postgres there and away, and looks for what got lost. */
export async function run(flags: StopFlags): Promise<Findings> {
  const { framework, seed, connections } = flags
  return onStage('stop', { framework, seed, connections, rate: 300 }, async (stage) => {
    const random = createRandom(seed)
    const proxy = await startProxy(stage.postgres.url, random)
    try {
      const ends = await liveAndEnd({ stage, proxy, random }, flags)
      const { answers, drainSeconds } = await settle(stage)
      const { isClean, figures } = await judgeLog(stage.postgres.url, answers)
      const times = figuresOf(ends)
      return {
        pass: isClean && areInTime(ends),
        ...{ framework, times: flags.times, ends: ends.length, withinMs: WITHIN_MS },
        ...{ ...times, drainSeconds, ...figures },
      }
    } finally {
      await proxy.close()
    }
  })
}

/** Whether each process was gone in time. */
export function areInTime(ends: readonly End[]): boolean {
  return ends.length > 0 && ends.every(({ tookMs }) => tookMs <= WITHIN_MS)
}

interface Parts {
  readonly stage: Stage
  readonly proxy: FaultProxy
  readonly random: Random
}

async function liveAndEnd(parts: Parts, { times, up }: StopFlags): Promise<End[]> {
  const ends: End[] = []
  for (let time = 0; time < times; time++) {
    for (const way of WAYS) {
      const place = COURSE[time % COURSE.length] as Place
      ends.push({ way, place, tookMs: await live(parts, { way, place, up }) })
    }
    if (time % 5 === 4) progress(`${time + 1} of ${times} times, slowest ${slowest(ends)} ms`)
  }
  return ends
}

async function live(
  { stage, proxy, random }: Parts,
  end: Pick<End, 'way' | 'place'> & { up: number },
): Promise<number> {
  const { way, place } = end
  const app = stage.startApp({ database: proxy.url })
  await stage.load.ask('aim', await app.ready)
  await delay(random.between(20, end.up))
  if (place !== 'there') {
    // It makes a difference whether the store was open before.
    if (random.between(0, 3) > 0) await app.ask('flush')
    await proxy.begin(place)
    await delay(random.between(0, 300))
  }
  const took = await finish(app, way)
  if (place !== 'there') await proxy.end()
  return took
}

async function finish(app: Child, way: Way): Promise<number> {
  const began = performance.now()
  const ending = way === 'SIGTERM' ? app.kill('SIGTERM') : app.ask(way).catch(() => undefined)
  await Promise.race([Promise.all([ending, app.gone]), delay(PATIENCE_MS)])
  const took = performance.now() - began
  await app.kill('SIGKILL')
  return rounded(took, 0)
}

/** A last life, with everything in order, takes over what the others left. */
async function settle(stage: Stage): Promise<{ answers: Answer[]; drainSeconds: number }> {
  const last = stage.startApp()
  await stage.load.ask('aim', await last.ready)
  await delay(300)
  const answers = await stage.stopLoad()
  const drainSeconds = await drain(last, join(stage.folder, 'actrail', 'journal'))
  await last.ask('stop')
  return { answers, drainSeconds }
}

const slowest = (ends: readonly End[]): number => Math.max(...ends.map(({ tookMs }) => tookMs))

function figuresOf(ends: readonly End[]): Record<string, unknown> {
  const groups = WAYS.flatMap((way) => PLACES.map((place) => ({ way, place })))
  const tookMs = groups.flatMap(({ way, place }) => {
    const took = ends.filter((end) => end.way === way && end.place === place).map((end) => end.tookMs)
    if (took.length === 0) return []
    return [[`${way}, Postgres ${place}`, { times: took.length, p50: percentile(took, 50), most: Math.max(...took) }]]
  })
  return { slowestMs: slowest(ends), tookMs: Object.fromEntries(tookMs) as object }
}
