import { ActrailError } from '../errors'
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

export type {
  Batch,
  Gap,
  IntentRecord,
  Journal,
  JournalMode,
  JournalOptions,
  JournalReader,
  JournalReports,
  JournalStatus,
  Ticket,
} from './types'

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

/**
 * Opens a journal: makes this process's folder, and begins to adopt what dead ones left.
 *
 * @throws ActrailError `ERR_JOURNAL_FOLDER` when the folder cannot be used, `ERR_OPTION_INVALID` for a mode that does
 *   not exist yet
 */
export function createJournal(options: JournalOptions, disk: Disk = localDisk): Journal {
  if (options.mode === 'fsync' || options.mode === 'strict') {
    throw new ActrailError('ERR_OPTION_INVALID', `Journal mode ${options.mode} does not exist yet. Use 'durable'.`)
  }
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  return new LocalJournal({ ...DEFAULTS, ...given } as Settings, disk).begin()
}

/** Keeps events in local files, or in memory, and hands them to the one reader. The wiring; the work is done by its parts. */
class LocalJournal implements Journal {
  readonly reader: SharedReader
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

  constructor(
    private readonly settings: Settings,
    disk: Disk,
  ) {
    const { segments, counters } = this
    const { logger, now, reports } = settings
    const notify = (): void => this.reader.notify()
    this.place = new JournalPlace(settings, now())
    this.adopter = new Adopter({
      ...{ directory: settings.directory, counters, logger, onAdopted: notify },
      own: () => this.place.name,
      lostIntent: (intent) => reports.lostIntent(intent),
    })
    this.writer = new SegmentWriter(
      { segments, disk, now, logger, place: this.place, othersBytes: () => this.adopter.othersBytes, onEvents: notify },
      { ...settings, memoryOnly: this.place.memoryOnly },
    )
    this.turn = new Turn(this.writer)
    this.intents = new OpenIntents(this.writer, now())
    this.live = new LiveSource({ segments, counters, logger, onRetry: notify })
    this.reclaim = createReclaim({
      ...{ segments, logger },
      isDone: (segment) => this.live.isDone(segment),
      committed: () => this.live.committed,
      sync: () => this.syncAll(),
    })
    this.reader = new SharedReader({
      ...{ live: this.live, adopter: this.adopter, segments, logger, reclaim: this.reclaim },
      flush: () => this.turn.flush(),
    })
    this.housekeeping = new Housekeeping({
      ...{
        settings,
        segments,
        counters,
        writer: this.writer,
        intents: this.intents,
        live: this.live,
        place: this.place,
        reclaim: this.reclaim,
      },
    })
  }

  begin(): this {
    this.turn.begin()
    this.housekeeping.begin()
    if (!this.place.memoryOnly) this.adopter.start(this.settings.adoptMs)
    return this
  }

  intent(id: string, payload: string): Ticket {
    return this.intents.open(id, payload)
  }

  outcome(text: string, ticket?: Ticket): void {
    this.intents.end(text, ticket)
    this.turn.schedule()
  }

  cancel(ticket: Ticket): void {
    this.intents.cancel(ticket)
    this.turn.schedule()
  }

  written(): Promise<void> {
    return this.turn.written()
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
      unsentEvents,
      oldestUnsentMs: unsentEvents === 0 ? 0 : Math.max(0, settings.now() - this.live.oldestAt()),
      openIntents: this.intents.count,
      lostEvents: writer.lostEvents + counters.refusedEvents,
      ...{ damagedRecords, tornTails, missingSegments, adopted, unknownEvents },
      adopting: adopter.sources.length,
      writeErrors: writer.writeErrors,
      syncErrors: writer.syncErrors,
      slowWrites: writer.watch.slow(),
    }
  }

  close(): Promise<void> {
    return (this.closing ??= this.closeOnce())
  }

  private async closeOnce(): Promise<void> {
    this.turn.end()
    await this.adopter.stop()
    await this.writer.close()
    this.housekeeping.end()
    await this.reclaim()
    await this.live.close()
    const isEmpty = this.segments.all.length === 0
    await this.place.leave(this.live.committed, isEmpty)
  }
}
