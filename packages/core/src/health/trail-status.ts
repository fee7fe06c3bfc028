import type { JournalStatus } from '../journal/types'
import type { SetUp } from '../store/rights'
import type { TaskStatus } from '../tasks/tasks'
import type { Explained } from './explained'
import type { LastError } from './watched-logger'

/**
 * `ok`; `degraded`: there is trouble, events are kept and the host serves on; `failing`: this process loses events, or
 * is stopped, and should get no more requests.
 */
export type Verdict = 'ok' | 'degraded' | 'failing'

/** Events by state. What the database knows is of all processes, and undefined while it does not answer. */
export interface EventCounts {
  /** Accepted by this process since it began. */
  readonly accepted: number
  /** On this node only: accepted here, not yet in the database. */
  readonly unsent: number
  /** In the database, not yet in the log. */
  readonly waiting: number | undefined
  /** In the log. */
  readonly sequenced: number | undefined
  /** Refused by the database, put aside. */
  readonly quarantined: number | undefined
  /** Requests whose process died before their outcome, reported here with result `unknown`. */
  readonly unknown: number
  /** Dropped because neither disk nor memory took them. Must be 0. */
  readonly lost: number
}

/** Moves the journal into the database. */
export interface SenderFigures {
  /** `retrying`: the last attempt failed and another one follows. */
  readonly state: 'idle' | 'sending' | 'retrying' | 'stopped'
  readonly storedEvents: number
  readonly storedBatches: number
  /** Failed attempts since the last one that succeeded. */
  readonly failures: number
}

/** Puts the log in order; one process of all does. */
export interface SequencerFigures {
  /** `leading`: this process does it; `standby`: another one does; `connecting`: no connection; `stopped`: not here. */
  readonly state: 'stopped' | 'connecting' | 'standby' | 'leading'
  readonly steps: number
  readonly failures: number
}

/** The database as this process sees it. */
export interface StoreReport {
  /** False while it cannot be opened: events wait in the journal meanwhile. */
  readonly isOpen: boolean
  /** `single-role`: this connection owns the log, and nothing in the database protects the log from it. */
  readonly setUp: SetUp | undefined
  readonly waitingBatches: number | undefined
  readonly shard: number | undefined
  readonly rolledUpEvents: number | undefined
}

/** What a trail is doing, and what is wrong with it. */
export interface TrailStatus {
  readonly status: Verdict
  /** Why it is not `ok`, worst first. */
  readonly problems: readonly Explained[]
  readonly events: EventCounts
  /** At most how old the oldest unsent event is, in ms; 0 when there is none. */
  readonly oldestUnsentMs: number
  readonly journal: JournalStatus
  readonly store: StoreReport
  /** Undefined while there is no store. */
  readonly sender: SenderFigures | undefined
  readonly sequencer:
    | (SequencerFigures & {
        readonly isLeading: boolean
        /** Events that wait for it. */
        readonly lagEvents: number | undefined
        /** How long the oldest of them has waited since it happened, in ms. */
        readonly lagMs: number | undefined
      })
    | undefined
  readonly tasks: readonly TaskStatus[]
  /** Errors that were kept from the host's requests. */
  readonly swallowedErrors: number
  /** Calls that the host's logger failed. */
  readonly loggerFailures: number
  readonly lastError: LastError | undefined
  readonly versions: { readonly actrail: string; readonly node: string; readonly postgres: string | undefined }
}

/** A status before it is judged. */
export type Report = Omit<TrailStatus, 'status' | 'problems'>
