import type { Logger } from '../model/logger'
import { Arena } from './arena'
import { type Disk, truncateQuietly, writeFully } from './disk'
import type { JournalPlace } from './place'
import { type OpenSegment, SegmentSync } from './segment-sync'
import { createSegment, removeSegment, type Segment, type Segments } from './segments'
import { createWriteWatch, type WriteWatch } from './write-watch'

/** Limits in bytes and ms, as in the options of the journal. */
export interface WriterOptions {
  readonly memoryOnly: boolean
  readonly maxBytes: number
  readonly maxMemoryBytes: number
  readonly segmentBytes: number
  readonly segmentMs: number
  readonly syncMs: number
  /** Somebody waits for syncs: what is not synced is kept, however much it is. */
  readonly isSyncAwaited: boolean
}

/** What the writer stands on. */
export interface WriterDeps {
  readonly segments: Segments
  readonly disk: Disk
  readonly now: () => number
  readonly logger: Pick<Logger, 'warn'>
  readonly place: Pick<JournalPlace, 'pathOf' | 'syncFolder' | 'hasRoom'>
  /** Bytes of other producers in the same folder. */
  readonly othersBytes: () => number
  /** Events can be read. */
  readonly onEvents: () => void
}

const ARENA_BYTES = 256 * 1024
/** Written but unsynced bytes beyond this are left to the kernel alone: the disk is far too slow to wait for. */
const MAX_KEPT_BYTES = 4 * 1024 * 1024
const MEMORY_SEGMENT_BYTES = 256 * 1024
const MAX_DISK_PAUSE_MS = 30_000

/**
 * Where the frames go. Frames are encoded into the arena; `flush` appends what waits there to the active segment by one
 * write. What is written stays in the arena until it is synced, because after a failed sync the file cannot be trusted:
 *
 *     waiting ──flush──▶ written ──sync──▶ synced (leaves the arena)
 *        ▲                  │ failed: a new segment takes everything that the arena holds; the old one is `suspect`
 *        └──────────────────┘
 *
 * A write that fails is tried once more on a new segment. If that fails too, or the quota or the floor of free space is
 * reached, segments in memory take the events (not the intents, which would protect nothing there), and beyond
 * `maxMemoryBytes` events are dropped and counted. `tick` looks once a second whether the disk takes some again.
 * A frame may so be in two segments: whoever reads both sends an event twice, and the log keeps one of an id.
 */
export class SegmentWriter {
  readonly arena = new Arena(ARENA_BYTES)
  writesTo: 'disk' | 'memory'
  lostEvents = 0
  writeErrors = 0
  syncErrors = 0
  readonly watch: WriteWatch
  private active: OpenSegment | undefined
  private lastNumber = 0
  private lastFile = 0
  /** Returns to a full disk that failed at once: each doubles the pause before the next. */
  private failedReturns = 0
  private returnAt = 0
  private readonly syncing: SegmentSync
  /** Bytes have gone to memory this often: a sync says nothing about them. */
  private movesToMemory = 0
  private closed = false

  constructor(
    private readonly deps: WriterDeps,
    private readonly options: WriterOptions,
  ) {
    this.watch = createWriteWatch(deps.logger)
    this.syncing = new SegmentSync({
      ...deps,
      syncMs: options.syncMs,
      active: () => this.active,
      onBegin: () => this.markWritten(),
      onFailed: (files) => this.writeAgain(files),
    })
    this.writesTo = options.memoryOnly ? 'memory' : 'disk'
  }

  /** Writes what waits. @returns the segment that took it; undefined when nothing waited or it was dropped. */
  flush(): Segment | undefined {
    const { arena } = this
    if (arena.end === arena.written) return undefined
    const events = arena.waiting
    if (this.writesTo === 'disk' && !this.appendToFile()) this.moveToMemory()
    if (this.writesTo === 'memory' && !this.appendToMemory()) {
      this.lostEvents += events
      return undefined
    }
    const segment = this.active?.segment
    if (segment && !segment.memory && segment.bytes >= this.options.segmentBytes) this.retire()
    if (events > 0) this.deps.onEvents()
    return segment
  }

  /** One write, and on failure one more into a new segment. */
  private appendToFile(): boolean {
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        if (!this.withinQuota()) return false
        const open = this.active ?? this.openFile()
        this.writeAll(open)
        return true
      } catch (error) {
        this.writeErrors++
        this.abandonActive(error)
      }
    }
    return false
  }

  private writeAll(open: OpenSegment): void {
    const { arena, watch } = this
    const mark = watch.begin()
    writeFully(this.deps.disk, open.fd, { buffer: arena.buffer, from: arena.written, to: arena.end })
    watch.end(mark)
    this.took(open.segment, arena.end - arena.written)
    arena.written = arena.end
    if (arena.end > MAX_KEPT_BYTES && !this.options.isSyncAwaited) arena.forget(arena.end)
    open.dirty = true
    if (this.failedReturns > 0) this.failedReturns = 0
    this.syncing.touch()
  }

  private took(segment: Segment, bytes: number): void {
    const { arena, deps } = this
    segment.bytes += bytes
    segment.events += arena.waiting
    if (deps.segments.written === deps.segments.stored) deps.segments.behindSince = deps.now()
    deps.segments.written += arena.waiting
    if (!segment.memory) deps.segments.diskBytes += bytes
    arena.waiting = 0
  }

  private openFile(): OpenSegment {
    const { deps } = this
    const path = deps.place.pathOf(this.lastFile + 1)
    const fd = deps.disk.open(path)
    this.lastFile++
    this.syncing.made()
    return this.begin(createSegment({ number: ++this.lastNumber, path, memory: undefined, openedAt: deps.now() }), fd)
  }

  private begin(segment: Segment, fd: number): OpenSegment {
    this.deps.segments.all.push(segment)
    this.active = { segment, fd, dirty: false }
    return this.active
  }

  /** The next frame begins a new segment. */
  private retire(): void {
    if (!this.active) return
    this.active.segment.sealed = true
    if (this.active.fd >= 0) this.syncing.retire(this.active)
    this.active = undefined
  }

  private abandonActive(cause: unknown): void {
    const open = this.active
    const facts = { err: cause, segment: open?.segment.path }
    this.deps.logger.warn(facts, 'The journal could not write to its file; it goes on in a new one')
    if (!open) return
    truncateQuietly(this.deps.disk, open.fd, open.segment.bytes)
    this.retire()
  }

  private withinQuota(more = this.arena.end - this.arena.written): boolean {
    const { deps, options } = this
    const bytes = deps.segments.diskBytes + deps.othersBytes() + more
    return bytes <= options.maxBytes && deps.place.hasRoom
  }

  private moveToMemory(): void {
    this.retire()
    this.syncing.touch()
    this.writesTo = 'memory'
    this.movesToMemory++
    this.returnAt = this.deps.now() + Math.min(1_000 * 2 ** this.failedReturns++, MAX_DISK_PAUSE_MS)
    const facts = { diskBytes: this.deps.segments.diskBytes, maxMemoryBytes: this.options.maxMemoryBytes }
    this.deps.logger.warn(facts, 'The journal finds no room on disk: events are in memory, which survives no crash')
  }

  private appendToMemory(): boolean {
    const { arena } = this
    const length = arena.end - arena.written
    const open = this.memoryFor(length)
    if (open?.segment.memory) {
      arena.buffer.copy(open.segment.memory, open.segment.bytes, arena.written, arena.end)
      this.took(open.segment, length)
    }
    // What an earlier segment holds unsynced stays; what has just gone to memory, or nowhere, leaves from the end.
    arena.drop()
    return open !== undefined
  }

  private memoryFor(bytes: number): OpenSegment | undefined {
    const active = this.active
    if (active?.segment.memory && active.segment.bytes + bytes <= active.segment.memory.length) return active
    const size = Math.max(MEMORY_SEGMENT_BYTES, bytes)
    const { segments } = this.deps
    if (this.closed || segments.memoryBytes + size > this.options.maxMemoryBytes) return undefined
    this.retire()
    segments.memoryBytes += size
    const place = { number: ++this.lastNumber, path: undefined, memory: Buffer.allocUnsafeSlow(size) }
    return this.begin(createSegment({ ...place, openedAt: this.deps.now() }), -1)
  }

  /** Rotates by age, and returns to the disk when it takes events again. */
  tick(): void {
    const { active, options, deps } = this
    if (this.writesTo === 'memory') {
      if (!options.memoryOnly && deps.now() >= this.returnAt) this.tryDisk()
    } else if (active && active.segment.bytes > 0 && deps.now() - active.segment.openedAt >= options.segmentMs) {
      this.retire()
      this.syncing.touch()
    }
  }

  private tryDisk(): void {
    if (!this.withinQuota()) return
    const memory = this.active
    try {
      this.active = undefined
      this.openFile()
      if (memory) memory.segment.sealed = true
      this.writesTo = 'disk'
      this.deps.logger.warn({ lostEvents: this.lostEvents }, 'The journal writes to disk again')
    } catch {
      this.active = memory
    }
  }

  /** Moves a segment from memory to a file, if the disk takes it now. */
  keep(segment: Segment): boolean {
    const { deps, options } = this
    const { memory, bytes, events } = segment
    if (!memory || options.memoryOnly || !this.withinQuota(bytes)) return false
    try {
      this.retire()
      const open = this.openFile()
      writeFully(deps.disk, open.fd, { buffer: memory, from: 0, to: bytes })
      Object.assign(open.segment, { bytes, events })
      deps.segments.diskBytes += bytes
      removeSegment(deps.segments, segment)
      this.writesTo = 'disk'
      this.retire()
      return true
    } catch {
      return false
    }
  }

  /** Syncs everything written so far. Never rejects; what could not be synced is written again. */
  async sync(): Promise<void> {
    await this.syncing.now()
  }

  /** @returns whether everything written so far is on disk for good, after a second attempt on another file. */
  async synced(): Promise<boolean> {
    const { movesToMemory } = this
    const isSynced = this.writesTo === 'disk' && ((await this.syncing.now()) || (await this.syncing.now()))
    return isSynced && this.movesToMemory === movesToMemory
  }

  private markWritten(): () => void {
    const { arena } = this
    const upTo = arena.gone + arena.written
    return () => arena.forget(upTo - arena.gone)
  }

  private writeAgain(failed: readonly OpenSegment[]): void {
    this.syncErrors++
    for (const { segment } of failed) segment.suspect = true
    const paths = failed.map(({ segment }) => segment.path)
    this.deps.logger.warn({ paths }, "The journal's disk did not sync; unsynced events are written again to a new file")
    const active = this.active
    if (active && failed.includes(active)) {
      active.segment.sealed = true
      this.active = undefined
    }
    this.arena.rewind()
    this.flush()
  }

  /** Writes, syncs and closes the files. What comes later, and what lies in memory unsent, counts as lost. */
  async close(): Promise<void> {
    this.flush()
    this.retire()
    await this.sync()
    this.syncing.stop()
    this.closed = true
    this.writesTo = 'memory'
  }
}
