import { Adopter } from './adopter'
import { createCounters } from './counters'
import { type Disk, localDisk } from './disk'
import { Housekeeping } from './housekeeping'
import { LiveSource } from './live-source'
import { OpenIntents } from './open-intents'
import { JournalPlace } from './place'
import { SharedReader } from './reader'
import { createReclaim } from './reclaim'
import { SegmentWriter } from './segment-writer'
import { createSegments } from './segments'
import { Turn } from './turn'
import type { Journal, JournalOptions, JournalStatus, Ticket } from './types'

const MIB = 1024 * 1024
const DEFAULTS = {
  now: Date.now,
  maxBytes: 1024 * MIB,
  minFreeBytes: 64 * MIB,
  maxMemoryBytes: 16 * MIB,
  segmentBytes: 8 * MIB,
  segmentMs: 10_000,
  syncMs: 50,
  adoptMs: 10_000,
  progressMs: 600_000,
  tickMs: 1_000,
}
type Settings = JournalOptions & typeof DEFAULTS

const NO_ROOM =
  'The disk takes no events, and memory survives no crash: free space in journal.directory, raise journal.maxBytes, or see why the database takes no events.'
const CLOSED = 'The journal is closed: what comes now is lost. Stop the trail after the server.'

/**
 * Opens a journal: makes this process's folder, and begins to adopt what dead ones left.
 *
 * @throws ActrailError `ERR_JOURNAL_FOLDER` when the folder cannot be used, `ERR_OPTION_INVALID` for a mode that this
 *   platform has not
 */
export function createJournal(options: JournalOptions, disk: Disk = localDisk): Journal {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  return new LocalJournal({ ...DEFAULTS, ...given } as Settings, disk).begin()
}

/** Keeps events in local files, or in memory, and hands them to the one reader. The wiring; the work is done by its parts. */
class LocalJournal implements Journal {
  readonly reader: SharedReader
  readonly admit: (() => Promise<boolean>) | undefined
  private readonly segments = createSegments()
  private readonly counters = createCounters()
  private readonly place: JournalPlace
  private readonly writer: SegmentWriter
  private readonly turn: Turn
  private readonly intents: OpenIntents
  private readonly live: LiveSource
  private readonly adopter: Adopter
  private readonly housekeeping: Housekeeping
  private readonly reclaim: () => Promise<void>
  private closing: Promise<void> | undefined
  private refusals = 0

  constructor(
    private readonly settings: Settings,
    disk: Disk,
  ) {
    const { segments, counters } = this
    const { logger, now, reports, directory } = settings
    const shared = { segments, counters, disk, logger, now, settings }
    const notify = (): void => this.reader.notify()
    const place = (this.place = new JournalPlace(settings, now(), disk))
    const adopter = (this.adopter = new Adopter({
      ...shared,
      directory,
      reports,
      own: () => place.name,
      onAdopted: notify,
    }))
    const othersBytes = (): number => adopter.othersBytes
    const isSyncAwaited = settings.mode === 'fsync' || settings.mode === 'strict'
    const limits = { ...settings, isSyncAwaited, memoryOnly: place.memoryOnly }
    const writer = (this.writer = new SegmentWriter({ ...shared, place, othersBytes, onEvents: notify }, limits))
    const live = (this.live = new LiveSource({ ...shared, onRetry: notify }))
    const intents = (this.intents = new OpenIntents(writer, now()))
    this.turn = new Turn(writer)
    this.admit = isSyncAwaited ? () => this.admitSynced() : undefined
    this.reclaim = createReclaim({
      ...shared,
      place,
      isDone: (segment) => live.isDone(segment),
      committed: () => live.committed,
      sync: () => this.syncAll(),
    })
    const { reclaim } = this
    this.reader = new SharedReader({ ...shared, live, adopter, reclaim, flush: this.turn.flush })
    this.housekeeping = new Housekeeping({ ...shared, writer, intents, live, place, reclaim })
  }

  begin(): this {
    this.turn.begin()
    this.housekeeping.begin()
    if (!this.place.memoryOnly && this.settings.adoptMs > 0) this.adopter.start(this.settings.adoptMs)
    return this
  }

  intent(id: string, payload: string): Ticket {
    try {
      return this.intents.open(id, payload)
    } catch (error) {
      this.refused(error)
      return { id }
    }
  }

  outcome(text: string, ticket?: Ticket): void {
    try {
      this.intents.end(text, ticket)
      // The client has its answer already: whatever else this turn does would be time to die in without a result.
      if (ticket === undefined) this.turn.schedule()
      else this.turn.flushNow()
    } catch (error) {
      this.counters.refusedEvents++
      this.refused(error)
    }
  }

  cancel(ticket: Ticket): void {
    try {
      this.intents.cancel(ticket)
      this.turn.schedule()
    } catch (error) {
      this.refused(error)
    }
  }

  /** Only text can be kept. A caller that hands us something else has a bug, and its request must not suffer from it. */
  private refused(error: unknown): void {
    this.settings.logger.warn({ err: error }, 'The journal could not encode what it was given')
  }

  written(): Promise<void> {
    return this.turn.written()
  }

  private async admitSynced(): Promise<boolean> {
    this.turn.flush()
    const isAdmitted = (await this.writer.synced()) || this.settings.mode !== 'strict'
    if (!isAdmitted) this.refusals++
    return isAdmitted
  }

  private async syncAll(): Promise<void> {
    this.turn.flush()
    await this.writer.sync()
  }

  status(): JournalStatus {
    const { segments, counters, writer, settings, adopter } = this
    const unsentEvents = segments.written - segments.stored
    const { damagedRecords, tornTails, missingSegments, adopted, unknownEvents } = counters
    return {
      mode: settings.mode,
      writesTo: writer.writesTo,
      producer: this.place.name,
      segments: segments.all.length,
      diskBytes: segments.diskBytes,
      memoryBytes: segments.memoryBytes,
      acceptedEvents: segments.written,
      unsentEvents,
      oldestUnsentMs: unsentEvents === 0 ? 0 : Math.max(0, settings.now() - this.live.oldestAt()),
      openIntents: this.intents.count,
      lostEvents: writer.lostEvents + counters.refusedEvents,
      ...{ damagedRecords, tornTails, missingSegments, adopted, unknownEvents },
      adopting: adopter.sources.length,
      writeErrors: writer.writeErrors,
      syncErrors: writer.syncErrors,
      slowWrites: writer.watch.slow(),
      refusals: this.refusals,
      problems: this.problems(),
    }
  }

  private problems(): string[] {
    const { writer, place } = this
    const problems = [writer.watch.problem()].filter((problem) => problem !== undefined)
    if (writer.writesTo === 'disk' || place.memoryOnly) return problems
    return [...problems, this.closing === undefined ? NO_ROOM : CLOSED]
  }

  close(): Promise<void> {
    return (this.closing ??= this.closeOnce())
  }

  private async closeOnce(): Promise<void> {
    this.turn.end()
    await this.adopter.stop()
    this.housekeeping.end()
    await this.writer.close()
    await this.reclaim()
    await this.live.close()
    this.reader.close()
    const isEmpty = this.segments.diskBytes === 0
    await this.place.leave(this.live.committed, isEmpty)
  }
}
