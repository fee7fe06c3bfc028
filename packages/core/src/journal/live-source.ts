import type { Logger } from '../model/logger'
import { type BatchLimit, type Joined, type JoinedBatch, joinFrames } from './batch'
import type { Counters } from './counters'
import type { Disk } from './disk'
import { HEADER_BYTES } from './frames'
import type { Place, Segment, Segments } from './segments'

/** Reads that may fail before a segment is given up, a second apart. */
const READ_ATTEMPTS = 5
const RETRY_MS = 1_000
const MAX_SPARE_BYTES = 4 * 1024 * 1024

/** What the live source stands on. */
export interface LiveSourceDeps {
  readonly segments: Segments
  readonly disk: Disk
  readonly counters: Counters
  readonly logger: Pick<Logger, 'warn'>
  /** A read failed: to be asked again. */
  readonly onRetry: () => void
}

/** Where reading stands. It stays at the end of a sealed segment until there is a next one. */
interface Reading {
  readonly segment: Segment
  offset: number
  events: number
}

/**
 * Reads what this process writes, segment after segment, each batch by one read of the file (or one copy of memory).
 * Checksums are not verified, since the bytes are our own, unless the disk has failed under the segment or what it gives
 * back does not read as frames: then the segment becomes `suspect`, is checked, and loses no more than what is damaged.
 */
export class LiveSource {
  /** Everything before it is stored. */
  committed: Place | undefined
  /** Records that could not be read, and events whose segment was gone. */
  readonly lost = { damaged: 0, missing: 0 }
  private at: Reading | undefined
  private fd: number | undefined
  private failures = 0
  private retryTimer: NodeJS.Timeout | undefined
  /** Buffers of batches that are stored: a long backlog is read with those that are under way at once, and no more. */
  private spares: Buffer[] = []
  private readonly issued = new Map<JoinedBatch, { readonly buffer: Buffer; readonly end: Place }>()

  constructor(private readonly deps: LiveSourceDeps) {}

  /** The next batch; undefined when nothing waits or the disk has to be asked again later. Never rejects. */
  async read(limit: BatchLimit): Promise<JoinedBatch | undefined> {
    let wanted = limit.bytes
    for (let at = await this.place(); at; at = await this.place()) {
      const { segment, offset } = at
      const available = segment.bytes - offset
      const length = segment.suspect ? available : Math.min(available, wanted)
      const buffer = this.take(length)
      if (!(await this.load(at, buffer, length))) {
        if (this.retryTimer) return undefined
        continue
      }
      const joined = joinFrames({ buffer, from: 0, limit: length, check: segment.suspect }, limit)
      if (joined.next === 0 && joined.end === 'partial' && length < available) wanted = frameBytes(buffer, length)
      at.offset += this.passed(segment, joined, length)
      if (joined.batch.events > 0) return this.issue(at, joined.batch, buffer)
      this.spares.push(buffer)
    }
    // Nothing waits: one is enough for the next batches.
    this.spares = this.spares.slice(-1)
    return undefined
  }

  /** Moves on to where something can be read. */
  private async place(): Promise<Reading | undefined> {
    this.at ??= startOf(this.deps.segments.all[0])
    while (this.at && this.at.offset >= this.at.segment.bytes) {
      const { segment, events } = this.at
      const next = segment.sealed ? this.deps.segments.all.find(({ number }) => number > segment.number) : undefined
      if (!next) return undefined
      // Events that were given up count as done, or `flush` would wait for them for ever.
      this.deps.segments.stored += segment.events - events
      this.at = startOf(next)
      await this.closeFile()
    }
    return this.at
  }

  /** How many of the bytes read are done with. */
  private passed(segment: Segment, joined: Joined, length: number): number {
    this.damaged(joined.damagedRecords)
    if (joined.end === 'limit' || joined.end === 'full') return joined.next
    if (segment.suspect) {
      this.damaged(1)
      return length
    }
    const whole = this.at !== undefined && this.at.offset + length === segment.bytes
    if (joined.end === 'damaged' || (whole && joined.end === 'partial')) segment.suspect = true
    return joined.next
  }

  private damaged(records: number): void {
    this.deps.counters.damagedRecords += records
    this.lost.damaged += records
  }

  private issue(at: Reading, batch: JoinedBatch, buffer: Buffer): JoinedBatch {
    at.events += batch.events
    this.issued.set(batch, { buffer, end: { segment: at.segment, offset: at.offset } })
    return batch
  }

  /** @returns false when the batch is not from here. */
  commit(batch: JoinedBatch): boolean {
    const issued = this.issued.get(batch)
    if (!issued) return false
    this.issued.delete(batch)
    this.committed = issued.end
    this.deps.segments.stored += batch.events
    if (issued.buffer.length <= MAX_SPARE_BYTES) this.spares.push(issued.buffer)
    return true
  }

  /** Whether everything in a segment is stored or given up and nothing more can come. */
  isDone(segment: Segment): boolean {
    const { at } = this
    if (!segment.sealed || !at || at.segment.number < segment.number) return false
    if (at.segment === segment && at.offset < segment.bytes) return false
    for (const { end } of this.issued.values()) if (end.segment === segment) return false
    return true
  }

  /** Events of a segment that nobody has committed. */
  unsentOf(segment: Segment): number {
    const { at } = this
    let unsent = segment.events
    if (at && at.segment.number > segment.number) unsent = 0
    else if (at?.segment === segment) unsent -= at.events
    for (const [batch, { end }] of this.issued) if (end.segment === segment) unsent += batch.events
    return unsent
  }

  /** The oldest unsent event is no older than this, in ms since 1970. */
  oldestAt(): number {
    const { segments } = this.deps
    const segment = this.committed?.segment ?? segments.all[0]
    return Math.max(segments.behindSince, segment?.openedAt ?? 0)
  }

  private take(bytes: number): Buffer {
    const fitting = this.spares.findIndex(({ length }) => length >= bytes)
    const [spare] = fitting < 0 ? [] : this.spares.splice(fitting, 1)
    return spare ?? Buffer.allocUnsafeSlow(bytes)
  }

  /** @returns false when nothing was read: the segment was given up, or a retry is due. */
  private async load({ segment, offset }: Reading, buffer: Buffer, length: number): Promise<boolean> {
    if (segment.memory) return segment.memory.copy(buffer, 0, offset, offset + length) > 0
    try {
      const { disk } = this.deps
      this.fd ??= await disk.openToRead(segment.path ?? '')
      for (let done = 0; done < length;) {
        const place = { from: done, length: length - done, position: offset + done }
        const bytesRead = await disk.read(this.fd, buffer, place)
        if (bytesRead === 0)
          throw Object.assign(new Error('The file is shorter than what was written'), { code: 'ESHORT' })
        done += bytesRead
      }
      this.failures = 0
      return true
    } catch (error) {
      this.failed(error as NodeJS.ErrnoException)
      return false
    }
  }

  private failed(error: NodeJS.ErrnoException): void {
    const { at, deps } = this
    if (!at) return
    const gone = error.code === 'ENOENT' || error.code === 'ESHORT'
    const patient = error.code === 'EMFILE' || error.code === 'ENFILE'
    if (!gone && (patient || ++this.failures < READ_ATTEMPTS)) {
      this.retryTimer ??= setTimeout(() => {
        this.retryTimer = undefined
        deps.onRetry()
      }, RETRY_MS).unref()
      return
    }
    this.failures = 0
    const lost = at.segment.events - at.events
    if (gone) deps.counters.missingSegments++
    this.lost[gone ? 'missing' : 'damaged'] += lost
    deps.counters.damagedRecords += lost
    deps.logger.warn(
      { err: error, path: at.segment.path, lost },
      'A segment of the journal cannot be read and is skipped',
    )
    at.offset = at.segment.bytes
  }

  private async closeFile(): Promise<void> {
    const { fd } = this
    this.fd = undefined
    if (fd !== undefined) await this.deps.disk.closeRead(fd).catch(() => undefined)
  }

  /** Closes the file that is being read. */
  async close(): Promise<void> {
    if (this.retryTimer) clearTimeout(this.retryTimer)
    this.retryTimer = undefined
    await this.closeFile()
  }
}

function startOf(segment: Segment | undefined): Reading | undefined {
  return segment && { segment, offset: 0, events: 0 }
}

/** The bytes of a frame of which no more than its beginning has been read. */
function frameBytes(buffer: Buffer, length: number): number {
  return length < HEADER_BYTES ? HEADER_BYTES + 1 : buffer.readUInt32LE(0) + HEADER_BYTES + 1
}
