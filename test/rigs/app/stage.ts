import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type InterruptiblePostgres, startInterruptible } from '../../db/interruptible'
import { type Child, startChild } from '../runner/child'
import { rounded } from '../runner/statistics'
import type { AppSettings } from './settings'
import type { LoadSettings } from './load'
import { type Answer, judge, type Verdict } from './oracle'
import { type Log, readLog } from './read-log'

/** What the clients do. */
export type StageFlags = Pick<LoadSettings, 'seed' | 'connections' | 'rate'> & { readonly framework: string }

/** Where most rigs play: a real Postgres that can be taken away, and clients that keep a record of their own. */
export interface Stage {
  /** Emptied and removed in the end. */
  readonly folder: string
  readonly postgres: InterruptiblePostgres
  readonly load: Child
  /** Starts an application that needs no database for its handlers, in the same folder each time. */
  startApp(settings?: Partial<AppSettings>, nodeFlags?: readonly string[]): Child
  /** Lets the clients come to their end. @returns what each of them knows */
  stopLoad(): Promise<Answer[]>
}

/** Durable, as in production. */
export const DURABLE = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' } as const

/** Sets a stage, plays on it, and clears everything away, however it ended. */
export async function onStage<T>(name: string, flags: StageFlags, play: (stage: Stage) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), `actrail-${name}-`))
  const postgres = await startInterruptible(DURABLE)
  const { framework, ...clients } = flags
  const answers = join(folder, 'answers.json')
  const load = startChild({ script: join(__dirname, 'load.ts'), settings: { ...clients, answers } })
  const children = [load]
  try {
    await load.ready
    return await play({
      folder,
      postgres,
      load,
      startApp(settings = {}, nodeFlags = []) {
        const store = { database: postgres.url, directory: join(folder, 'actrail') }
        const app: AppSettings = { framework, business: false, ...store, ...settings }
        const child = startChild({ script: join(__dirname, 'app.ts'), settings: app, nodeFlags })
        children.push(child)
        return child
      },
      async stopLoad() {
        await load.ask('stop')
        return JSON.parse(readFileSync(answers, 'utf8')) as Answer[]
      },
    })
  } finally {
    await Promise.all(children.map((child) => child.kill('SIGKILL')))
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What a rig says of the log: counts of what must not be, and whether there is any of it. */
export interface Judgement {
  readonly isClean: boolean
  readonly figures: Omit<Verdict, 'violations'> & Readonly<Record<string, unknown>>
  readonly log: Log
}

/** Reads the log by plain SQL and holds it against what the clients know. */
export async function judgeLog(url: string, answers: readonly Answer[]): Promise<Judgement> {
  const log = await readLog(url)
  return { ...tally(judge({ answers, ...log }), log.anomalies), log }
}

/** A verdict as figures of a result line. */
export function tally({ violations, ...figures }: Verdict, anomalies: readonly string[]): Omit<Judgement, 'log'> {
  const counts = Object.entries(violations).map(([name, ids]) => [name, ids.length] as const)
  const examples = Object.entries(violations).flatMap(([name, [id]]) => (id === undefined ? [] : [`${name}: ${id}`]))
  return {
    isClean: counts.every(([, count]) => count === 0) && anomalies.length === 0,
    figures: { ...figures, ...Object.fromEntries(counts), anomalies, ...(examples.length > 0 && { examples }) },
  }
}

/**
 * Waits until what dead processes left has been adopted and stored, so that their folders vanish, all but those of the
 * living, and until the application's own events are in the log. Answers how long that took, in seconds; gives up after
 * `mostMs`, and leaves the verdict to the oracle.
 */
export async function drain(app: Child, journal: string, { living = 1, mostMs = 60_000 } = {}): Promise<number> {
  const began = Date.now()
  while (readdirSync(journal).length > living && Date.now() - began < mostMs) await delay(100)
  await Promise.race([app.ask('flush'), delay(Math.max(1_000, began + mostMs - Date.now()))])
  return rounded((Date.now() - began) / 1_000, 1)
}

/** Resolves after `ms`. */
export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
