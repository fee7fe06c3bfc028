import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Answer } from '../app/oracle'
import { delay, drain, judgeLog, onStage, type Stage } from '../app/stage'
import { type Child, startChild } from '../runner/child'
import { type Findings, progress } from '../runner/command'
import { createRandom, type Random } from '../runner/random'
import { rounded } from '../runner/statistics'
import type { ClusterSettings, WorkerFacts } from './cluster'

/** Flags of the `workers` rig. */
export interface WorkersFlags {
  readonly framework: string
  /** How often a worker is killed, one after the other. */
  readonly kills: number
  /** Longest time between two kills, in ms. */
  readonly up: number
  readonly rate: number
  readonly connections: number
  readonly seed: number
}

const HOUR_MS = 3_600_000
const CLOCKS_MS = [-HOUR_MS, 0, HOUR_MS, 2 * HOUR_MS]
const ADOPTED_WITHIN_SECONDS = 10
const PATIENCE_MS = 30_000
/** How long the first life serves, whose journals are stale when the second begins. */
const STALE_MS = 1_500

/** Kills the workers of a cluster in turn, whose clocks are an hour apart, and looks for what got lost or came twice. */
export async function run(flags: WorkersFlags): Promise<Findings> {
  const { framework, seed, connections, rate } = flags
  return onStage('workers', { framework, seed, connections, rate }, async (stage) => {
    const clusters: Child[] = []
    try {
      const start = (): Child => {
        clusters.push(startCluster(stage, framework))
        return clusters.at(-1) as Child
      }
      const { answers, adoptedAfter, drainSeconds, refused } = await play(
        { stage, start, random: createRandom(seed) },
        flags,
      )
      const { isClean, figures } = await judgeLog(stage.postgres.url, answers)
      return {
        pass: isClean && areAdopted(adoptedAfter) && refused === 0,
        ...{ framework, workers: CLOCKS_MS.length, kills: adoptedAfter.length, adoptedAfter },
        ...{ slowestAdoption: Math.max(...adoptedAfter), drainSeconds, refused, ...figures },
      }
    } finally {
      await Promise.all(clusters.map((each) => each.kill('SIGKILL')))
    }
  })
}

/** Whether each orphaned journal was taken over in time. */
export function areAdopted(seconds: readonly number[]): boolean {
  return seconds.length > 0 && seconds.every((after) => after <= ADOPTED_WITHIN_SECONDS)
}

function startCluster({ postgres, folder }: Stage, framework: string): Child {
  const store = { database: postgres.url, directory: join(folder, 'actrail') }
  const settings: ClusterSettings = { framework, business: false, clocksMs: CLOCKS_MS, ...store }
  return startChild({ script: join(__dirname, 'cluster.ts'), settings })
}

interface Parts {
  readonly stage: Stage
  readonly random: Random
  start(): Child
}

interface Played {
  readonly answers: Answer[]
  readonly adoptedAfter: number[]
  readonly drainSeconds: number
  /** Requests that found nobody listening while three workers were alive: what is not served cannot get lost. */
  readonly refused: number
}

async function play({ stage, start, random }: Parts, { kills, up }: WorkersFlags): Promise<Played> {
  const { load, postgres } = stage
  const journals = join(stage.folder, 'actrail', 'journal')
  await postgres.takeAway()
  const first = start()
  await load.ask('aim', await first.ready)
  await delay(STALE_MS)
  await first.kill('SIGKILL')
  await postgres.bringBack()
  const second = start()
  await load.ask('aim', await second.ready)
  const servedFrom = Date.now()
  progress('four journals of a dead cluster are stale, and another cluster serves')
  const adoptions: Promise<number>[] = []
  for (let kill = 1; kill <= kills; kill++) {
    await delay(random.between(50, up))
    const isLast = kill === kills
    const index = kill % CLOCKS_MS.length
    const owners = ownersOf(journals)
    const { producer } = (await second.ask('kill', { index, revive: !isLast })) as WorkerFacts
    adoptions.push(adopted(join(journals, producer), owners.get(producer) ?? []))
    if (kill % 5 === 0) progress(`${kill} of ${kills} kills`)
  }
  const adoptedAfter = await Promise.all(adoptions)
  await second.ask('ready')
  const answers = await stage.stopLoad()
  const drainSeconds = await drain(second, journals, { living: CLOCKS_MS.length - 1 })
  await second.kill('SIGKILL')
  const refused = answers.filter(({ fate, at }) => fate === 'unsent' && (at ?? 0) >= servedFrom).length
  return { answers, adoptedAfter, drainSeconds, refused }
}

/** The sockets by which each journal is owned. */
function ownersOf(journals: string): Map<string, string[]> {
  return new Map(readdirSync(journals).map((name) => [name, socketsIn(join(journals, name)) ?? []]))
}

function socketsIn(folder: string): string[] | undefined {
  try {
    return readdirSync(folder).filter((name) => name.startsWith('owner-'))
  } catch {
    return undefined
  }
}

/** Seconds until the journal has an owner that it had not before, or is gone because it has been read to its end. */
async function adopted(folder: string, before: readonly string[]): Promise<number> {
  const began = Date.now()
  while (Date.now() - began < PATIENCE_MS) {
    const sockets = socketsIn(folder)
    if (sockets === undefined || sockets.some((name) => !before.includes(name))) break
    await delay(20)
  }
  return rounded((Date.now() - began) / 1_000, 2)
}
