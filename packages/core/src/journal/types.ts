import type { Logger } from '../model/logger'

/**
 * How an event is kept before it is stored.
 *
 * - `durable`: appended to a local file before the call returns, synced in the background within 50 ms.
 * - `fsync`: as `durable`, and whoever asks {@link Journal.admit} waits for the sync.
 * - `strict`: as `fsync`, and is told when the disk did not take it.
 * - `memory`: nothing survives the process.
 */
export type JournalMode = 'durable' | 'fsync' | 'strict' | 'memory'

/** An open intent, as the journal gave it; to be handed back with its outcome. */
export interface Ticket {
  readonly id: string
}

/** An intent as it was written. */
export interface IntentRecord {
  readonly id: string
  readonly payload: string
}

/**
 * Why something is missing in the record: neither disk nor memory had room, an event could not be encoded, what was
 * written cannot be read, a segment is gone.
 */
export type GapReason = 'no-room' | 'refused' | 'damaged' | 'missing'

/** Something that was to be kept and is lost. */
export interface Gap {
  /** The same whenever this gap is found again; undefined where it can be found once only. */
  readonly id?: string
  readonly producer: string
  readonly reason: GapReason
  readonly count: number
  /** What was counted: of what cannot be read, nobody knows whether it held events. */
  readonly counted: 'events' | 'records' | 'segments'
  /** Between these times, in ms since 1970. */
  readonly from: number
  readonly to: number
}

/** Makes the events that the journal itself has to report, as the text of their rows. Undefined: report nothing. */
export interface JournalReports {
  /** The process died between intent and outcome: the event with result `unknown` (an id derived from the intent's). */
  lostIntent(intent: IntentRecord): string | undefined
  /** The request is still running after ten minutes (an id derived from the intent's). */
  inProgress(intent: IntentRecord): string | undefined
  /** Something is missing in the record. */
  gap(gap: Gap): string | undefined
}

/** Where and how a journal keeps events; sizes in bytes, times in ms. */
export interface JournalOptions {
  /** The folder of all producers' folders; made if missing, with mode 0700. */
  readonly directory: string
  readonly mode: JournalMode
  readonly reports: JournalReports
  readonly logger: Pick<Logger, 'warn'>
  /** Ms since 1970. Default: the system clock. */
  readonly now?: () => number
  /** Default 1 GiB, all producers of the folder together. */
  readonly maxBytes?: number
  /** Stop using the disk when it has less than this many bytes free. Default 64 MiB. */
  readonly minFreeBytes?: number
  /** Memory for events where the disk takes none, in bytes. Default 16 MiB. */
  readonly maxMemoryBytes?: number
  /** A segment ends at this many bytes. Default 8 MiB. */
  readonly segmentBytes?: number
  /** A segment ends at this age in ms. Default 10,000. */
  readonly segmentMs?: number
  /** Written bytes are synced within this time, in ms. Default 50. */
  readonly syncMs?: number
  /** Dead producers are looked for this often, in ms; 0 never. Default 10,000. */
  readonly adoptMs?: number
  /** A request open for this many ms is reported as in progress. Default 600,000. */
  readonly progressMs?: number
  /** Rotation, quota and disk are looked at this often, in ms. Default 1,000. */
  readonly tickMs?: number
}

/** The read side: what is to be stored, in the order written. One consumer. */
export interface JournalReader {
  /**
   * The next batch, or undefined when nothing waits. May be called again before the batch before is committed.
   * A batch has at most `events` events and about `bytes` bytes; an event that is larger comes alone. Never rejects.
   */
  read(limit: { readonly events: number; readonly bytes: number }): Promise<Batch | undefined>
  /** The batch is stored (or quarantined): it need not be kept any longer. Batches are committed in order. Never rejects. */
  commit(batch: Batch): Promise<void>
  /** Called when something can be read, at each write. One listener; never throws. */
  onData(listener: () => void): void
  /** Outcomes and events of this process written so far, and stored so far. */
  progress(): { readonly written: number; readonly stored: number }
}

/** Some events as one JSON array. The bytes are valid until the batch is committed. */
export interface Batch {
  readonly payload: Buffer
  readonly events: number
  /** The JSON array of the events from `from` to before `to`. */
  slice(from: number, to: number): Buffer
  /** The text of one event. */
  text(index: number): string
}

/** Figures for health checks and metrics. */
export interface JournalStatus {
  readonly mode: JournalMode
  /** Where new events go now: `memory` in mode durable means that the disk takes none. */
  readonly writesTo: 'disk' | 'memory'
  /** Name of this process's folder; undefined in mode `memory`. */
  readonly producer: string | undefined
  readonly segments: number
  readonly diskBytes: number
  readonly memoryBytes: number
  /** Outcomes and events of this process since it began. */
  readonly acceptedEvents: number
  /** Outcomes and events written but not stored. */
  readonly unsentEvents: number
  /** At most how old the oldest of them is, in ms; 0 when there is none. */
  readonly oldestUnsentMs: number
  readonly openIntents: number
  /** Events dropped because neither disk nor memory took them. Must be 0. */
  readonly lostEvents: number
  /** Mode `strict`: how often somebody was told that the disk does not take what was to be kept. */
  readonly refusals: number
  /** What is wrong with the disk, each with what to do about it. */
  readonly problems: readonly string[]
  /** Records found damaged, segments that ended in the middle of a record, segments that were missing. */
  readonly damagedRecords: number
  readonly tornTails: number
  readonly missingSegments: number
  readonly writeErrors: number
  readonly syncErrors: number
  /** Of the last 1,000 writes looked at, how many took over 5 ms. */
  readonly slowWrites: number
  /** Dead producers taken over so far, and those still being read. */
  readonly adopted: number
  readonly adopting: number
  /** Requests whose process died before their outcome, reported so far. */
  readonly unknownEvents: number
}

/** Keeps events from the moment they are accepted until they are stored. */
export interface Journal {
  /**
   * Announces what is about to happen. In mode `durable` it is in the file when this returns: one write, which also
   * carries the outcomes that wait. Never throws.
   */
  intent(id: string, payload: string): Ticket
  /**
   * Takes an event: `text` is its row as {@link encodeRow} gives it. With the ticket of its intent it is in the file when
   * this returns; without one it is an event of its own, in the file with the next write, at the latest in the check
   * phase of this turn of the event loop. Never throws.
   */
  outcome(text: string, ticket?: Ticket): void
  /** Takes an intent back: nothing is to be reported for it. Never throws. */
  cancel(ticket: Ticket): void
  /**
   * Resolves when everything accepted so far is in the file (mode `memory`: in memory).
   * Rejects with `ERR_JOURNAL_FULL` when some of it had to be dropped.
   */
  written(): Promise<void>
  /**
   * Modes `fsync` and `strict` only: resolves once everything accepted so far has been synced; all who ask meanwhile
   * share one sync. False, in mode `strict` only: the disk did not take it, after a second attempt on another file.
   * Never rejects.
   */
  readonly admit: (() => Promise<boolean>) | undefined
  readonly reader: JournalReader
  status(): JournalStatus
  /** Writes and syncs what waits and gives the folder up. What is not stored stays for the next process. May be called twice. */
  close(): Promise<void>
}
