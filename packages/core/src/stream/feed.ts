import type { StoredEvent } from '../model/event'
import { ALL_WORKSPACES } from '../model/workspaces'
import type { EventReader, Range } from '../store/read/event-reader'
import { readRange } from './read-range'

/** The newest part of the log, in memory, shared by everybody who follows it. */
export interface Feed {
  /** Index of the oldest event at hand, and of the next one to come. */
  readonly first: number
  readonly next: number
  /** The events of a workspace (`*`: of all) from an index on, oldest first, as far as they are at hand. */
  from(index: number, workspaceId: string): readonly StoredEvent[]
  /** Resolves when there is more than there was, at the latest after `ms`, or when `signal` is aborted. Never rejects. */
  more(ms: number, signal: AbortSignal): Promise<void>
}

/** What a feed stands on. */
export interface FeedDeps {
  readonly reader: Pick<EventReader, 'locateLog' | 'page' | 'shardsBelow'>
  /** Calls back with the next log index after each step of the sequencer; answers how to end that. */
  readonly onSequenced: (listener: (nextIndex: number) => void) => () => void
  /** Gets what a read failed with; it is tried again. */
  readonly failed: (error: unknown) => void
}

/** Events kept for those who fall behind for a moment. */
const KEPT_EVENTS = 4_000
/** Events of one read. */
const AT_ONCE = 1_000
/** How often the log is asked for its end, in ms, where no sequencer tells it. */
const ASK_MS = 500
const RETRY_MS = 1_000

/**
 * Follows the log by one reader, however many ask. It reads only while somebody follows; memory is bounded by the events
 * kept: who is slower than that reads the log itself.
 */
export class LogFeed implements Feed {
  first = 0
  next = 0
  private chunks: Chunk[] = []
  private readonly waiting = new Set<() => void>()
  private followers = 0
  private known = 0
  private reading: Promise<void> | undefined
  private starting: Promise<void> | undefined
  private unlisten: (() => void) | undefined
  private timer: NodeJS.Timeout | undefined
  private stopped = false

  constructor(private readonly deps: FeedDeps) {}

  /** Follows the log from its present end on, or from where it is followed already. Rejects when the log does not answer. */
  async follow(): Promise<void> {
    this.followers++
    try {
      await (this.starting ??= this.start())
    } catch (error) {
      this.leave()
      throw error
    }
  }

  leave(): void {
    if (--this.followers === 0) this.pause()
  }

  from(index: number, workspaceId: string): readonly StoredEvent[] {
    const found: StoredEvent[] = []
    for (const chunk of this.chunks) {
      if (chunk.last < index) continue
      const events = workspaceId === ALL_WORKSPACES ? chunk.events : (chunk.byWorkspace.get(workspaceId) ?? [])
      for (const event of events) if (event.log_index >= index) found.push(event)
    }
    return found
  }

  more(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.stopped) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        this.waiting.delete(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms).unref()
      this.waiting.add(done)
      signal.addEventListener('abort', done)
    })
  }

  /** Ends everybody's waiting, for good. */
  stop(): void {
    this.stopped = true
    this.pause()
    this.wake()
  }

  get isStopped(): boolean {
    return this.stopped
  }

  private async start(): Promise<void> {
    const { nextSeq } = await this.deps.reader.locateLog({})
    this.first = this.next = this.known = nextSeq
    this.unlisten = this.deps.onSequenced((nextIndex) => this.heard(nextIndex))
    this.timer = setInterval(() => void this.ask(), ASK_MS).unref()
  }

  private pause(): void {
    this.unlisten?.()
    clearInterval(this.timer)
    this.starting = this.unlisten = this.timer = undefined
    this.chunks = []
  }

  private async ask(): Promise<void> {
    if (this.reading !== undefined) return
    try {
      this.heard((await this.deps.reader.locateLog({})).nextSeq)
    } catch (error) {
      this.deps.failed(error)
    }
  }

  private heard(nextIndex: number): void {
    this.known = Math.max(this.known, nextIndex)
    if (this.known > this.next) this.reading ??= this.read().finally(() => (this.reading = undefined))
  }

  private async read(): Promise<void> {
    while (!this.stopped && this.followers > 0 && this.next < this.known) {
      const range = { first: this.next, last: Math.min(this.known, this.next + AT_ONCE) - 1 }
      try {
        this.add(range, await readRange(this.deps.reader, range))
      } catch (error) {
        this.deps.failed(error)
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref())
      }
    }
  }

  private add(range: Range, events: readonly StoredEvent[]): void {
    // Somebody else may have begun anew meanwhile.
    if (range.first !== this.next) return
    this.chunks.push({ last: range.last, events, byWorkspace: byWorkspace(events) })
    this.next = range.last + 1
    while (this.next - (this.chunks[0]?.last ?? this.next) > KEPT_EVENTS) {
      this.first = (this.chunks.shift()?.last ?? this.first) + 1
    }
    this.wake()
  }

  private wake(): void {
    for (const done of [...this.waiting]) done()
  }
}

function byWorkspace(events: readonly StoredEvent[]): Map<string, StoredEvent[]> {
  const groups = new Map<string, StoredEvent[]>()
  for (const event of events) {
    const group = groups.get(event.workspace_id)
    if (group) group.push(event)
    else groups.set(event.workspace_id, [event])
  }
  return groups
}

interface Chunk {
  readonly last: number
  readonly events: readonly StoredEvent[]
  readonly byWorkspace: ReadonlyMap<string, readonly StoredEvent[]>
}
