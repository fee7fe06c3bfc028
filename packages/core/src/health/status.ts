import type { JournalStatus } from '../journal/types'
import type { SetUp } from '../store/rights'
import type { StoreStatus } from '../store/store-status'
import type { TaskStatus } from '../tasks/tasks'
import { createFigureReader, type FigureReader, type Figures } from './store-figures'
import type { Report, SenderFigures, SequencerFigures, TrailStatus } from './trail-status'
import { judge } from './verdict'
import type { LastError } from './watched-logger'

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
