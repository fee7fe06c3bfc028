import type { EventInput, EventRow } from '../model/event'
import type { AppendedBatch } from '../store/append'
import type { KnownIds } from '../store/known-ids'

/** What an import writes to. */
export interface ImportLog {
  readonly knownIds: KnownIds
  appendAll(batches: readonly AppendedBatch[]): Promise<void>
  /** Resolves when all that has been appended so far is in the log. */
  drained(): Promise<void>
  /** Tells that so many events were appended. */
  wake(events: number): void
  readonly normalise: (event: EventInput) => EventRow
  /** Ms since 1970. */
  readonly now: () => number
}
