import type { JournalOptions, TrailStatus } from '@actrail/core'
import { unserved } from '../app/latency'
import type { Answer } from '../app/oracle'
import { delay, judgeLog, type Stage } from '../app/stage'
import type { Child } from '../runner/child'
import type { Ground } from './ground'
import { reportedEvents, withoutRefused, wronglyRefused, wrongAccounts } from './oracle'

/** What an act plays with. */
export interface ActParts {
  readonly stage: Stage
  readonly ground: Ground
  /** Events to lose before things get better. */
  readonly losses: number
}

/** How an act ended. */
export type ActResult =
  | { readonly kind: 'played'; readonly pass: boolean; readonly isMounted: boolean; readonly [figure: string]: unknown }
  | { readonly kind: 'skipped'; readonly pass: boolean; readonly why: string }

/** One way in which a disk goes. */
export type Act = (parts: ActParts) => Promise<ActResult>

const MB = 1_048_576
const PATIENCE_MS = 60_000
/** A segment of the journal is that old when the next file is needed, and a little more. */
const NEXT_FILE_MS = 15_000
/** A gap ends with the first second that loses nothing. */
const GAP_ENDS_MS = 3_000
const SERVED_AGAIN_MS = 500
/** How long the journal has, once all is stored, to make room on a disk that was full, and to use it again. */
const RETURNED_MS = 20_000

/** Acts in which the disk gets full. */
export const FILLING: readonly string[] = ['full', 'strict']

/** Each way, by its name. */
export const ACTS: Readonly<Record<string, Act>> = {
  /** Postgres is away until the disk is full, and memory after it. */
  async full(parts) {
    const { stage, losses } = parts
    const app = await begin(parts)
    await loseSome(stage, app, losses)
    return finish(parts, app, { atLeast: losses })
  },

  /** No file can be made nor removed; then Postgres goes as well, until memory is full. */
  async 'read-only'(parts) {
    const { stage, ground, losses } = parts
    const { setReadOnly } = ground
    if (setReadOnly === undefined)
      return { kind: 'skipped', pass: false, why: 'no right to mount, and root is not bound by modes' }
    const app = await begin(parts)
    setReadOnly(true)
    await until(app, NEXT_FILE_MS, ({ journal }) => journal.writesTo === 'memory')
    await loseSome(stage, app, losses)
    setReadOnly(false)
    await until(app, PATIENCE_MS, ({ journal }) => journal.writesTo === 'disk')
    return finish(parts, app, { atLeast: losses })
  },

  /** The process may open no more files when the journal wants its next one. Postgres is there, so that nothing is lost. */
  async descriptors(parts) {
    const app = await begin(parts)
    await delay(SERVED_AGAIN_MS)
    const { isOut } = (await app.ask('takeDescriptors')) as { isOut: boolean }
    if (!isOut) return { kind: 'skipped', pass: false, why: 'this process may open as many files as it likes' }
    await until(app, NEXT_FILE_MS, ({ journal }) => journal.writesTo === 'memory')
    await delay(SERVED_AGAIN_MS)
    await app.ask('freeDescriptors')
    await until(app, PATIENCE_MS, ({ journal }) => journal.writesTo === 'disk')
    return finish(parts, app, { atLeast: 0 })
  },

  /** As `full`, in a mode that rather serves nothing than something of which there is no record. */
  async strict(parts) {
    const { stage, losses } = parts
    const app = await begin(parts, { mode: 'strict', maxMemoryBytes: 64 * MB })
    await stage.postgres.takeAway()
    await until(app, PATIENCE_MS, ({ journal }) => journal.refusals >= losses)
    await stage.postgres.bringBack()
    await until(app, PATIENCE_MS, ({ journal }) => journal.writesTo === 'disk')
    return finishStrict(parts, app)
  },
}

async function begin({ stage, ground }: ActParts, more: JournalOptions = {}): Promise<Child> {
  const size = ground.isMounted ? { minFreeBytes: 0 } : { maxBytes: MB }
  const journal = { directory: ground.folder, maxMemoryBytes: MB, ...size, ...more }
  const app = stage.startApp({ journal, notes: journal.mode === 'strict' })
  await stage.load.ask('aim', await app.ready)
  await until(app, PATIENCE_MS, ({ store, events }) => store.isOpen && events.accepted > 0)
  return app
}

async function loseSome({ postgres }: Stage, app: Child, losses: number): Promise<void> {
  await postgres.takeAway()
  await until(app, PATIENCE_MS, ({ events }) => events.lost >= losses)
  await postgres.bringBack()
}

/** Waits for what the status is to say; gives up after a while, and leaves the verdict to the oracle. */
async function until(app: Child, mostMs: number, holds: (status: TrailStatus) => boolean): Promise<void> {
  const deadline = Date.now() + mostMs
  while (Date.now() < deadline && !holds((await app.ask('status')) as TrailStatus)) await delay(50)
}

interface Settled {
  readonly answers: Answer[]
  readonly status: TrailStatus
}

async function settle({ stage, ground }: ActParts, app: Child): Promise<Settled> {
  await delay(SERVED_AGAIN_MS)
  const answers = await stage.stopLoad()
  await app.ask('flush')
  await delay(GAP_ENDS_MS)
  await app.ask('flush')
  await until(app, RETURNED_MS, ({ journal }) => hasReturned(ground, journal))
  return { answers, status: (await app.ask('stop')) as TrailStatus }
}

async function finish(parts: ActParts, app: Child, { atLeast }: { atLeast: number }): Promise<ActResult> {
  const { answers, status } = await settle(parts, app)
  const { figures, log } = await judgeLog(parts.stage.postgres.url, answers)
  const missing = Number(figures['lost'])
  const wrong = wrongAccounts({ missing, counted: status.events.lost, gaps: log.gaps })
  const { lost: _, ...rest } = figures
  const failed = unserved(answers).length
  const isBack = hasReturned(parts.ground, status.journal)
  const isRight = isUnharmed(rest) && failed === 0 && wrong.length === 0 && isBack
  return {
    kind: 'played',
    pass: isRight && (atLeast === 0 ? missing === 0 : missing >= atLeast),
    isMounted: parts.ground.isMounted,
    ...{ unserved: failed, missing, counted: status.events.lost, reported: reportedEvents(log.gaps) },
    ...{ hasReturned: isBack, gaps: log.gaps.length, wrongAccounts: wrong, ...rest },
  }
}

async function finishStrict(parts: ActParts, app: Child): Promise<ActResult> {
  const handled = (await app.ask('handled')) as string[]
  const { answers, status } = await settle(parts, app)
  const refused = answers.filter((answer) => answer.status === 503)
  const wrongly = wronglyRefused({ answers, handled })
  const { figures } = await judgeLog(parts.stage.postgres.url, withoutRefused(answers))
  const failed = unserved(answers.filter((answer) => answer.status !== 503)).length
  const servedAfter = answers.slice(answers.findLastIndex(({ status: code }) => code === 503) + 1).length
  const isBack = hasReturned(parts.ground, status.journal)
  const isRight = isUnharmed(figures) && figures['lost'] === 0 && status.events.lost === 0 && isBack
  return {
    kind: 'played',
    pass: isRight && failed === 0 && wrongly.length === 0 && refused.length >= parts.losses && servedAfter > 0,
    isMounted: parts.ground.isMounted,
    ...{
      hasReturned: isBack,
      refused: refused.length,
      refusedAfterHandler: wrongly.length,
      servedAfter,
      unserved: failed,
      ...figures,
    },
  }
}

/** A file that can be opened is not enough: what is stored must have been removed, so that there is room for what comes. */
function hasReturned({ bytes }: Ground, { writesTo, diskBytes }: TrailStatus['journal']): boolean {
  return writesTo === 'disk' && diskBytes <= bytes / 2
}

/** Whatever a disk does, nothing comes twice, is invented or is wrong. */
function isUnharmed(figures: Readonly<Record<string, unknown>>): boolean {
  const { duplicated, foreign, wrong, unknown, anomalies } = figures
  return [duplicated, foreign, wrong, unknown].every((count) => count === 0) && (anomalies as string[]).length === 0
}
