import type { Counters } from './counters'
import type { LiveSource } from './live-source'
import type { OpenIntents } from './open-intents'
import type { JournalPlace } from './place'
import type { SegmentWriter } from './segment-writer'
import type { Segment, Segments } from './segments'
import type { JournalOptions } from './types'

/** Segments kept by open intents alone: the intents are carried on beyond this many bytes, or this age. */
const CARRY_BYTES = 64 * 1024 * 1024
const CARRY_MS = 600_000

/** The parts of a journal that are looked after. */
export interface HousekeepingDeps {
  readonly settings: Pick<JournalOptions, 'reports' | 'logger'> & {
    readonly now: () => number
    readonly progressMs: number
    readonly tickMs: number
  }
  readonly segments: Segments
  readonly counters: Counters
  readonly writer: SegmentWriter
  readonly intents: OpenIntents
  readonly live: LiveSource
  readonly place: JournalPlace
  readonly reclaim: () => Promise<void>
}

/** What is done once a second, off the path of any request. */
export class Housekeeping {
  private timer: NodeJS.Timeout | undefined
  /** Lost events that a gap event has reported, and as of the last tick. */
  private lostReported = 0
  private lostSeen = 0
  private gapFrom: number

  constructor(private readonly deps: HousekeepingDeps) {
    this.gapFrom = deps.settings.now()
  }

  begin(): void {
    this.timer = setInterval(() => void this.tick(), this.deps.settings.tickMs).unref()
  }

  end(): void {
    if (this.timer) clearInterval(this.timer)
    this.timer = undefined
  }

  private async tick(): Promise<void> {
    const { writer, place, reclaim, settings } = this.deps
    try {
      writer.tick()
      this.reportProgress()
      this.reportGap()
      this.carry()
      writer.flush()
      if (!place.memoryOnly) await place.look()
      if (this.timer) await reclaim()
    } catch (error) {
      settings.logger.warn({ err: error }, 'The journal could not tidy up')
    }
  }

  private reportProgress(): void {
    const { intents, settings } = this.deps
    for (const intent of intents.overdue(settings.now(), settings.progressMs)) {
      const text = this.made(() => settings.reports.inProgress(intent))
      if (text !== undefined) intents.end(text)
    }
  }

  /** Once nothing more is lost, an event says how many were. */
  private reportGap(): void {
    const { writer, intents, settings, place } = this.deps
    const { lostEvents } = writer
    const still = lostEvents > this.lostSeen
    this.lostSeen = lostEvents
    const to = settings.now()
    if (lostEvents === this.lostReported) this.gapFrom = to
    if (lostEvents === this.lostReported || still) return
    const gap = { producer: place.name ?? 'memory', lost: lostEvents - this.lostReported, from: this.gapFrom, to }
    const text = this.made(() => settings.reports.gap?.(gap))
    if (text === undefined) return
    intents.end(text)
    writer.flush()
    if (writer.lostEvents > lostEvents) writer.lostEvents = lostEvents
    else this.lostReported = lostEvents
  }

  private made(make: () => string | undefined): string | undefined {
    try {
      return make()
    } catch (error) {
      this.deps.counters.refusedEvents++
      this.deps.settings.logger.warn({ err: error }, 'The journal could not make a report')
      return undefined
    }
  }

  /** Lets go of segments that are stored and only kept by requests still running. */
  private carry(): void {
    const { segments, live, intents, settings } = this.deps
    const [oldest] = segments.all
    if (!oldest || !live.isDone(oldest)) return
    if (segments.diskBytes < CARRY_BYTES && settings.now() - oldest.openedAt < CARRY_MS) return
    const blocked = new Set<Segment>()
    for (const segment of segments.all) if (segment.open > 0 && live.isDone(segment)) blocked.add(segment)
    intents.carry(blocked)
  }
}
