import type { Logger } from '../model/logger'
import type { SequenceSession, Step } from '../store/sequence-log'
import { isDataError, losesConnection } from '../store/data-errors'
import { STEP_LIMITS } from '../store/sequence-session'
import type { Alarm } from './alarm'
import { nextStepEvents, type Pacing, waitAfterStep, waitWhileIdle } from './pacing'

/** Counted since the process began. */
export interface LeadCounters {
  steps: number
  /** Events written into the log. */
  sequenced: number
  /** Events dropped because the log held them already. */
  duplicates: number
  /** Events that the log refused. */
  quarantined: number
  failures: number
}

interface LeadOptions {
  readonly alarm: Alarm
  readonly counters: LeadCounters
  readonly logger: Logger
  readonly pacing: Pacing
  readonly isStopped: () => boolean
}

/** The leader's work on one session. */
export interface Lead {
  /** Until stopped, or until the session fails. */
  run(session: SequenceSession): Promise<void>
  wake(events: number, urgent: boolean): void
}

/** Looks into the inbox, steps, waits. A step that fails on its data is made smaller until the poison is found. */
export function leadWith({ alarm, counters, logger, pacing, isStopped }: LeadOptions): Lead {
  let appended = 0
  let isIdle = false
  let stepEvents = STEP_LIMITS.events

  async function keepShards(session: SequenceSession): Promise<void> {
    try {
      await session.keepShards()
    } catch (error) {
      if (losesConnection(error)) throw error
      counters.failures++
      logger.warn({ err: error }, 'the next shard could not be opened; the open one goes on')
    }
  }

  /** Undefined when the step failed on its data. */
  async function step(session: SequenceSession): Promise<Step | undefined> {
    const limits = { events: stepEvents, bytes: STEP_LIMITS.bytes }
    try {
      const done = await session.step(limits)
      counters.steps++
      counters.sequenced += done.stored
      counters.duplicates += done.events - done.stored
      stepEvents = nextStepEvents(stepEvents, true, STEP_LIMITS.events)
      return done
    } catch (error) {
      if (!isDataError(error)) throw error
      if (stepEvents === 1) await takeApart(session, error)
      stepEvents = nextStepEvents(stepEvents, false, STEP_LIMITS.events)
      return undefined
    }
  }

  async function takeApart(session: SequenceSession, error: unknown): Promise<void> {
    const { quarantined } = await session.takeApart()
    counters.quarantined += quarantined
    logger.error({ err: error, quarantined }, 'events that the log refused were moved into quarantine')
  }

  async function rest(idleMs: number): Promise<void> {
    // what was appended since the look into the inbox may have come too late for it
    if (appended > 0) return
    isIdle = true
    await alarm.sleep(idleMs)
    isIdle = false
  }

  async function run(session: SequenceSession): Promise<void> {
    let idleMs = 0
    while (!isStopped()) {
      await keepShards(session)
      appended = 0
      if ((await session.probe()) === 0) {
        idleMs = waitWhileIdle(pacing, idleMs)
        await rest(idleMs)
        continue
      }
      idleMs = 0
      const began = performance.now()
      const done = await step(session)
      if (done) await alarm.sleep(waitAfterStep(pacing, performance.now() - began, done.waiting))
    }
  }

  return {
    run,
    wake: (events, urgent) => {
      appended += events
      if (urgent || isIdle || appended >= pacing.fullStep) alarm.ring()
    },
  }
}
