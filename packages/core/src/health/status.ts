import type { JournalStatus } from '../journal/types'
import type { SetUp } from '../store/rights'
import type { StoreStatus } from '../store/store-status'
import type { TaskStatus } from '../tasks/tasks'
import type { Explained } from './explained'
import { createFigureReader, type FigureReader, type Figures } from './store-figures'
import { judge, type Verdict } from './verdict'
import type { LastError } from './watched-logger'

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

/** What is behind the journal, as far as it is open. */
export interface BackendFigures {
  readonly isStopped: boolean
  /** Why there is no store; undefined while it opens and while it is open. */
  readonly failure?: unknown
  readonly running?: {
    readonly setUp: SetUp
    readonly sender: SenderFigures
    readonly sequencer: SequencerFigures
    readonly tasks: readonly TaskStatus[]
    figures(): Promise<StoreStatus>
  }
}

/** Where a status is read from; nothing of it is touched by a request. */
export interface StatusSources {
  readonly version: string
  readonly journal: () => JournalStatus
  readonly backend: () => BackendFigures
  readonly swallowedErrors: () => number
  readonly loggerFailures: () => number
  readonly lastError: () => LastError | undefined
  /** Ms since 1970. */
  readonly now: () => number
}

/** Reads the status. The database's part may be `maxAgeMs` old (default: read now). Never rejects, and answers within a second. */
export type StatusReader = (maxAgeMs?: number) => Promise<TrailStatus>

/** A lost event makes the trail `failing` for so long after it was seen. */
const LOSS_SHOWS_MS = 60_000

/** @returns a reader; it remembers when it last saw an event get lost. */
export function createStatus(sources: StatusSources): StatusReader {
  const { now } = sources
  const figures: FigureReader<StoreStatus | undefined> = createFigureReader(
    () => sources.backend().running?.figures() ?? Promise.resolve(undefined),
    now,
  )
  const isLosing = createLossWatch(now)
  return async (maxAgeMs = 0) => {
    const read = await figures.read(maxAgeMs)
    const report = reportOf(sources, read)
    const { isStopped, failure } = sources.backend()
    const found = judge(report, { isStopped, failure, isLosing: isLosing(report.events.lost), figures: read })
    return { ...found, ...report }
  }
}

function createLossWatch(now: () => number): (lost: number) => boolean {
  let seen = 0
  let seenAt = -Infinity
  return (lost) => {
    if (lost > seen) seenAt = now()
    seen = lost
    return now() - seenAt < LOSS_SHOWS_MS
  }
}

/** A status before it is judged. */
export type Report = Omit<TrailStatus, 'status' | 'problems'>

function reportOf(sources: StatusSources, figures: Figures<StoreStatus | undefined>): Report {
  const journal = sources.journal()
  const { running } = sources.backend()
  const known = figures.kind === 'read' ? figures.value : undefined
  return {
    events: {
      accepted: journal.acceptedEvents,
      unsent: journal.unsentEvents,
      waiting: known?.waitingEvents,
      sequenced: known?.sequencedEvents,
      quarantined: known?.quarantinedEvents,
      unknown: journal.unknownEvents,
      lost: journal.lostEvents,
    },
    oldestUnsentMs: journal.oldestUnsentMs,
    journal,
    store: {
      isOpen: running !== undefined,
      setUp: running?.setUp,
      waitingBatches: known?.waitingBatches,
      shard: known?.shard,
      rolledUpEvents: known?.rolledUpEvents,
    },
    sender: running?.sender,
    sequencer: running && sequencerOf(running.sequencer, known, sources.now()),
    tasks: running?.tasks ?? [],
    swallowedErrors: sources.swallowedErrors(),
    loggerFailures: sources.loggerFailures(),
    lastError: sources.lastError(),
    versions: { actrail: sources.version, node: process.versions.node, postgres: known?.serverVersion },
  }
}

function sequencerOf(
  figures: SequencerFigures,
  known: StoreStatus | undefined,
  nowMs: number,
): TrailStatus['sequencer'] {
  const oldest = known?.oldestWaitingAt
  return {
    ...figures,
    isLeading: figures.state === 'leading',
    lagEvents: known?.waitingEvents,
    lagMs: known && (oldest === undefined ? 0 : Math.max(0, nowMs - oldest)),
  }
}
