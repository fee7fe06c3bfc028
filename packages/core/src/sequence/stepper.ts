import type { Logger } from '../model/logger'
import { isDataError } from '../store/data-errors'
import { type SequenceSession, type Step, STEP_LIMITS } from '../store/sequence-log'

/** Counted since the process began. */
export interface StepCounters {
  steps: number
  /** Events written into the log. */
  sequenced: number
  /** Events dropped because the log held them already. */
  duplicates: number
  /** Events that the log refused. */
  quarantined: number
  failures: number
}

/** Takes steps, and deals with those that fail on their data. */
export interface Stepper {
  /** Undefined when the step failed on its data: the next one is smaller. Rejects with any other failure. */
  step(session: SequenceSession): Promise<Step | undefined>
}

/** The next limit in events: an eighth after a step that failed on its data, twice as much after one that passed. */
export function nextStepEvents(events: number, passed: boolean): number {
  return passed ? Math.min(STEP_LIMITS.events, events * 2) : Math.max(1, events >> 3)
}

/** A step that fails on its data is made smaller until it takes one batch alone, which is then taken apart. */
export function createStepper(counters: StepCounters, logger: Pick<Logger, 'error'>): Stepper {
  let events = STEP_LIMITS.events

  async function takeApart(session: SequenceSession, err: unknown): Promise<void> {
    const { quarantined } = await session.takeApart()
    counters.quarantined += quarantined
    logger.error({ err, quarantined }, 'events that the log refused were moved into quarantine')
  }

  return {
    step: async (session) => {
      try {
        const done = await session.step({ events, bytes: STEP_LIMITS.bytes })
        counters.steps++
        counters.sequenced += done.stored
        counters.duplicates += done.events - done.stored
        events = nextStepEvents(events, true)
        return done
      } catch (error) {
        if (!isDataError(error)) throw error
        if (events === 1) await takeApart(session, error)
        events = nextStepEvents(events, false)
        return undefined
      }
    },
  }
}
