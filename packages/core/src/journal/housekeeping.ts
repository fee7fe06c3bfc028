import type { Counters } from './counters'
import { createGaps, type Gaps } from './gaps'
import type { LiveSource } from './live-source'
import type { OpenIntents } from './open-intents'
import type { JournalPlace } from './place'
import type { SegmentWriter } from './segment-writer'
import type { Segment, Segments } from './segments'
import type { Gap, JournalOptions } from './types'

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
  private readonly gaps: Gaps

  constructor(private readonly deps: HousekeepingDeps) {
    const { writer, counters, live, place, settings } = deps
    this.gaps = createGaps({
      now: settings.now,
      producer: () => place.name ?? 'memory',
      losses: () => ({ 'no-room': writer.lostEvents, refused: counters.refusedEvents, ...live.lost }),
      report: (gap) => this.reportGap(gap),
    })
  }

  begin(): void {
    this.timer = setInterval(() => void this.tick(), this.deps.settings.tickMs).unref()
  }

  /** Nothing comes after: what is in memory alone goes to disk if it can, and what is lost is reported. */
  end(): void {
    if (this.timer) clearInterval(this.timer)
    this.timer = undefined
    this.keepMemory()
    this.gaps.close()
  }

  private keepMemory(): void {
    const { segments, live, writer, settings } = this.deps
    writer.flush()
    for (const segment of segments.all.filter(({ memory }) => memory)) {
      const lost = live.unsentOf(segment)
      if (lost === 0 || writer.keep(segment)) continue
      writer.lostEvents += lost
      settings.logger.warn({ lost }, 'The journal was closed with unsent events in memory, which are lost')
    }
  }

  private async tick(): Promise<void> {
    const { writer, place, reclaim, settings } = this.deps
    try {
      writer.tick()
      this.reportProgress()
      this.gaps.look()
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

  /** What the report drives out, or is itself without room, is no loss of the host's. */
  private reportGap(gap: Gap): boolean {
    const { writer, intents, settings } = this.deps
    writer.flush()
    const { lostEvents } = writer
    let text: string | undefined
    try {
      text = settings.reports.gap(gap)
    } catch (error) {
      // Counted, it would be the next gap.
      settings.logger.warn({ err: error, gap }, 'The journal could not report a gap')
    }
    if (text === undefined) return true
    intents.end(text)
    writer.flush()
    const isKept = writer.lostEvents === lostEvents
    writer.lostEvents = lostEvents
    return isKept
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
