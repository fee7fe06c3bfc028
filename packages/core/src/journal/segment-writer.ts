import type { Logger } from '../model/logger'
import type { Disk } from './disk'
import { type Arena, countEvents, createArena, type FrameType, putFrame } from './frames'
import type { JournalPlace } from './place'
import { createSegment, type Segment, type Segments } from './segments'
import { createWriteWatch, type WriteWatch } from './write-watch'

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
export interface WriterOptions {
  readonly memoryOnly: boolean
  readonly maxBytes: number
  readonly maxMemoryBytes: number
  readonly segmentBytes: number
  readonly segmentMs: number
  readonly syncMs: number
}

export interface WriterDeps {
  readonly segments: Segments
  readonly disk: Disk
  readonly now: () => number
  readonly logger: Pick<Logger, 'warn'>
  readonly place: Pick<JournalPlace, 'pathOf' | 'syncFolder' | 'hasRoom'>
  /** Bytes of other producers in the same folder. */
  readonly othersBytes: () => number
  readonly onEvents: () => void
}

const ARENA_BYTES = 256 * 1024
/** Written but unsynced bytes beyond this are left to the kernel alone: the disk is far too slow to wait for. */
const MAX_KEPT_BYTES = 4 * 1024 * 1024
const MEMORY_SEGMENT_BYTES = 256 * 1024
const MAX_SYNC_PAUSE_MS = 10_000
const MAX_DISK_PAUSE_MS = 30_000

interface OpenSegment {
  readonly segment: Segment
  /** -1: in memory. */
  readonly fd: number
  dirty: boolean
}

export class SegmentWriter {
  readonly arena: Arena = createArena(ARENA_BYTES)
  writesTo: 'disk' | 'memory'
  lostEvents = 0
  writeErrors = 0
  syncErrors = 0
  readonly watch: WriteWatch
  private active: OpenSegment | undefined
  private retired: OpenSegment[] = []
  private lastNumber = 0
  private lastFile = 0
  /** Returns to a full disk that failed at once: each doubles the pause before the next. */
  private failedReturns = 0
  private returnAt = 0
  /** Sync failures in a row: each doubles the pause. */
  private failedSyncs = 0
  private syncTimer: NodeJS.Timeout | undefined
  private syncing: Promise<void> | undefined
  /** A file was made since the folder was synced. */
  private newFile = false
  /** Bytes that have left the arena at its front since the beginning; makes positions in it comparable over time. */
  private gone = 0

  constructor(
    private readonly deps: WriterDeps,
    private readonly options: WriterOptions,
  ) {
    this.watch = createWriteWatch(deps.logger)
    this.writesTo = options.memoryOnly ? 'memory' : 'disk'
  }

  /** Encodes a frame; {@link flush} writes it. */
  put(type: FrameType, text: string, id?: string): void {
    putFrame(this.arena, type, text, id)
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
    if (segment && segment.bytes >= this.options.segmentBytes) this.retire()
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
    const length = arena.end - arena.written
    const mark = watch.begin()
    let done = 0
    while (done < length) {
      const wrote = this.deps.disk.write(open.fd, arena.buffer, { from: arena.written + done, length: length - done })
      if (wrote <= 0) throw new Error('The file takes no more bytes')
      done += wrote
    }
    watch.end(mark)
    this.took(open.segment, length)
    arena.written = arena.end
    if (arena.end > MAX_KEPT_BYTES) this.forget(arena.end)
    open.dirty = true
    if (this.failedReturns > 0) this.failedReturns = 0
    if (!this.syncTimer) this.needsSync()
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
    this.newFile = true
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
    if (this.active.fd >= 0) this.retired.push(this.active)
    this.active = undefined
  }

  private abandonActive(cause: unknown): void {
    const open = this.active
    const facts = { err: cause, segment: open?.segment.path }
    this.deps.logger.warn(facts, 'The journal could not write to its file; it goes on in a new one')
    if (!open) return
    try {
      this.deps.disk.truncate(open.fd, open.segment.bytes)
    } catch {
      // A torn tail is what recovery expects.
    }
    this.retire()
  }

  private withinQuota(): boolean {
    const { deps, options, arena } = this
    const bytes = deps.segments.diskBytes + deps.othersBytes() + arena.end - arena.written
    return bytes <= options.maxBytes && deps.place.hasRoom
  }

  private moveToMemory(): void {
    this.retire()
    this.needsSync()
    this.writesTo = 'memory'
    this.returnAt = this.deps.now() + Math.min(1_000 * 2 ** this.failedReturns++, MAX_DISK_PAUSE_MS)
    const facts = { diskBytes: this.deps.segments.diskBytes, maxMemoryBytes: this.options.maxMemoryBytes }
    this.deps.logger.warn(
      facts,
      'The journal finds no room on disk: events are kept in memory and would not survive a crash',
    )
  }

  private appendToMemory(): boolean {
    const { arena } = this
    const length = arena.end - arena.written
    const open = this.memoryFor(length)
    if (open?.segment.memory) {
      arena.buffer.copy(open.segment.memory, open.segment.bytes, arena.written, arena.end)
      this.took(open.segment, length)
    }
    arena.waiting = 0
    // What an earlier segment holds unsynced stays; what has just gone to memory, or nowhere, leaves from the end.
    arena.end = arena.written
    if (this.retired.length === 0) this.forget(arena.written)
    return open !== undefined
  }

  private memoryFor(bytes: number): OpenSegment | undefined {
    const active = this.active
    if (active?.segment.memory && active.segment.bytes + bytes <= active.segment.memory.length) return active
    const size = Math.max(MEMORY_SEGMENT_BYTES, bytes)
    const { segments } = this.deps
    if (segments.memoryBytes + size > this.options.maxMemoryBytes) return undefined
    this.retire()
    segments.memoryBytes += size
    const memory = Buffer.allocUnsafeSlow(size)
    const openedAt = this.deps.now()
    return this.begin(createSegment({ number: ++this.lastNumber, path: undefined, memory, openedAt }), -1)
  }

  /** Rotates by age, and returns to the disk when it takes events again. */
  tick(): void {
    const { active, options, deps } = this
    if (this.writesTo === 'memory') {
      if (!options.memoryOnly) this.tryDisk()
    } else if (active && active.segment.bytes > 0 && deps.now() - active.segment.openedAt >= options.segmentMs) {
      this.retire()
      this.needsSync()
    }
  }

  private tryDisk(): void {
    if (this.deps.now() < this.returnAt || !this.withinQuota()) return
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

  private needsSync(): void {
    if (this.syncTimer || this.syncing) return
    const pause = Math.min(this.options.syncMs * 2 ** this.failedSyncs, MAX_SYNC_PAUSE_MS)
    this.syncTimer = setTimeout(() => void this.sync(), pause)
    this.syncTimer.unref()
  }

  /** Syncs everything written so far. Never rejects; what could not be synced is written again. */
  async sync(): Promise<void> {
    if (this.syncing) await this.syncing
    if (this.syncTimer) clearTimeout(this.syncTimer)
    this.syncTimer = undefined
    this.syncing ??= this.syncOnce().finally(() => {
      this.syncing = undefined
      if (this.active?.dirty || this.retired.length > 0) this.needsSync()
    })
    await this.syncing
  }

  private async syncOnce(): Promise<void> {
    const upTo = this.gone + this.arena.written
    const retired = this.retired.splice(0)
    const files = this.active && this.active.fd >= 0 && this.active.dirty ? [...retired, this.active] : retired
    for (const open of files) open.dirty = false
    const results = await Promise.allSettled(files.map(({ fd }) => this.deps.disk.sync(fd)))
    if (this.newFile) await this.syncFolder()
    const failed = files.filter((_, index) => results[index]?.status === 'rejected')
    if (failed.length > 0) this.writeAgain(failed)
    else {
      this.failedSyncs = 0
      this.forget(upTo - this.gone)
    }
    for (const { fd } of retired) this.closeQuietly(fd)
  }

  private async syncFolder(): Promise<void> {
    this.newFile = false
    await this.deps.place.syncFolder().catch(() => (this.newFile = true))
  }

  /** Synced bytes leave the arena. */
  private forget(upTo: number): void {
    const { arena } = this
    if (upTo <= 0) return
    arena.buffer.copyWithin(0, upTo, arena.end)
    arena.written -= upTo
    arena.end -= upTo
    this.gone += upTo
    if (arena.end === 0 && arena.buffer.length > MAX_KEPT_BYTES) arena.buffer = Buffer.allocUnsafeSlow(ARENA_BYTES)
  }

  private writeAgain(failed: readonly OpenSegment[]): void {
    this.syncErrors++
    this.failedSyncs++
    for (const { segment } of failed) segment.suspect = true
    const paths = failed.map(({ segment }) => segment.path)
    this.deps.logger.warn({ paths }, "The journal's disk did not sync; unsynced events are written again to a new file")
    const active = this.active
    if (active && failed.includes(active)) {
      active.segment.sealed = true
      this.active = undefined
      this.closeQuietly(active.fd)
    }
    this.arena.waiting += countEvents(this.arena)
    this.arena.written = 0
    this.flush()
  }

  private closeQuietly(fd: number): void {
    try {
      this.deps.disk.close(fd)
    } catch {
      // Its bytes are synced, or are written again.
    }
  }

  /** Writes, syncs and closes the files. */
  async close(): Promise<void> {
    this.flush()
    this.retire()
    await this.sync()
    if (this.syncTimer) clearTimeout(this.syncTimer)
    this.syncTimer = undefined
  }
}
