import { basename, join } from 'node:path'
import type { Logger } from '../model/logger'
import { batchOfTexts, type BatchLimit, type JoinedBatch, joinFrames } from './batch'
import type { Claim } from './claim'
import type { Counters } from './counters'
import { type Disk, orGone } from './disk'
import { CANCEL, type FrameCursor, ID_BYTES, INTENT, OUTCOME } from './frames'
import { reportFoundGap } from './found-gap'
import type { Position, PositionFile } from './position'
import { segmentNumber } from './producer-folder'
import { setAside } from './reclaim'
import type { Gap, IntentRecord, JournalReports } from './types'

/** Reads of a segment that may fail before it is given up. */
const READ_ATTEMPTS = 5

/** A dead producer's folder and what reading it needs. */
export interface OrphanDeps {
  readonly folder: string
  readonly claim: Claim
  readonly position: PositionFile
  readonly disk: Disk
  readonly now: () => number
  readonly counters: Counters
  readonly logger: Pick<Logger, 'warn'>
  readonly reports: Pick<JournalReports, 'lostIntent' | 'gap'>
}

/** A segment of a dead producer. */
interface OrphanFile {
  readonly name: string
  /** Intents in it for which no outcome has been met yet, and reports of gaps in it that are not stored. */
  open: number
  /** To be kept for people to look at. */
  damaged: boolean
  damagedRecords: number
  /** Ms since 1970. */
  writtenAt: number
}

/** Where a batch came from: reports come from no file, and keep those that they are about. */
interface Issued {
  readonly file?: OrphanFile
  readonly offset: number
  readonly about: readonly OrphanFile[]
}

/**
 * Reads the journal that a dead producer left, and reports the requests that died with it:
 *
 *     segments in order, checked ──▶ their events from the position on, and the gaps in them
 *                                      ──▶ intents that nothing ended: `unknown` ──▶ stored: the folder is removed
 *
 * Frames before the position only tell which intents ended. A segment is removed when its events are stored, its
 * intents have ended and all before it are gone. A crash of the adopter means that the next one does it again: events
 * keep their ids, reports have ids that follow from what they report, and the log keeps one of an id.
 */
export class OrphanSource {
  private files: OrphanFile[] | undefined
  private from: Position | undefined
  /** The file being read, its bytes, and where reading stands in it. */
  private reading: { readonly file: OrphanFile; readonly buffer: Buffer; at: number } | undefined
  private nextFile = 0
  private removed = 0
  private stored: Position | undefined
  private readonly intents = new Map<string, { readonly payload: string; readonly file: OrphanFile }>()
  private lost: IntentRecord[] | undefined
  private gaps: { readonly text: string; readonly file: OrphanFile }[] = []
  private failedReads = 0
  private readonly issued = new Map<JoinedBatch, Issued>()
  /** Everything is stored and the folder is gone. */
  done = false

  get folder(): string {
    return this.deps.folder
  }

  constructor(private readonly deps: OrphanDeps) {}

  /** The next batch; undefined when all have been given. Rejects when the disk fails: ask again later. */
  async read(limit: BatchLimit): Promise<JoinedBatch | undefined> {
    if (this.done) return undefined
    if (!this.files) await this.begin()
    for (;;) {
      const gaps = this.gapsFound()
      if (gaps) return gaps
      if (!this.reading && !(await this.openNext())) break
      const batch = this.join(limit)
      if (batch) return batch
    }
    const batch = this.unknown(limit)
    if (!batch && this.issued.size === 0) await this.finish()
    return batch
  }

  private async begin(): Promise<void> {
    const { folder, counters, disk, now } = this.deps
    const names = (await disk.list(folder)).filter((name) => segmentNumber(name) !== undefined).sort()
    this.from = await this.deps.position.read()
    const writtenAt = now()
    this.files = names.map((name) => ({ name, open: 0, damaged: false, damagedRecords: 0, writtenAt }))
    this.files.forEach((file, index) => {
      const before = names[index - 1]
      const missing = before ? (segmentNumber(file.name) ?? 0) - (segmentNumber(before) ?? 0) - 1 : 0
      if (missing <= 0) return
      counters.missingSegments += missing
      this.gap(file, { reason: 'missing', count: missing, counted: 'segments' })
    })
  }

  private async openNext(): Promise<boolean> {
    const file = this.files?.[this.nextFile]
    if (!file) return false
    this.nextFile++
    const { disk, folder } = this.deps
    try {
      const path = join(folder, file.name)
      file.writtenAt = Math.round((await disk.stat(path)).mtimeMs)
      this.reading = { file, buffer: await disk.readFile(path), at: 0 }
      this.failedReads = 0
      this.skip()
    } catch (error) {
      this.unreadable(file, error as NodeJS.ErrnoException)
    }
    return true
  }

  private unreadable(file: OrphanFile, error: NodeJS.ErrnoException): void {
    const { counters, logger, folder } = this.deps
    const isGone = error.code === 'ENOENT' || error.code === 'ELOOP'
    if (!isGone && (isShortage(error) || ++this.failedReads < READ_ATTEMPTS)) {
      this.nextFile--
      throw error
    }
    this.failedReads = 0
    file.damaged = true
    counters.missingSegments++
    this.gap(file, { reason: 'missing', count: 1, counted: 'segments' })
    logger.warn({ err: error, path: join(folder, file.name) }, 'A segment of the journal cannot be read')
  }

  /** The file stays until the report of what it lacks is stored. */
  private gap(file: OrphanFile, found: Pick<Gap, 'reason' | 'count' | 'counted'>): void {
    const place = { producer: basename(this.deps.folder), segment: file.name, to: file.writtenAt }
    const text = reportFoundGap(this.deps, { ...found, ...place })
    if (text === undefined) return
    file.open++
    this.gaps.push({ text, file })
  }

  private gapsFound(): JoinedBatch | undefined {
    const gaps = this.gaps.splice(0)
    if (gaps.length === 0) return undefined
    return this.issue(batchOfTexts(gaps.map(({ text }) => text)), { offset: 0, about: gaps.map(({ file }) => file) })
  }

  private issue(batch: JoinedBatch, from: Issued): JoinedBatch {
    this.issued.set(batch, from)
    return batch
  }

  /** Passes over what was stored before, for its intents and outcomes. */
  private skip(): void {
    const { reading, from } = this
    if (!reading || !from || reading.file.name > from.segment) return
    const limit =
      reading.file.name < from.segment ? reading.buffer.length : Math.min(from.offset, reading.buffer.length)
    const everything = { events: Number.MAX_SAFE_INTEGER, bytes: Number.MAX_SAFE_INTEGER }
    const stretch = { buffer: reading.buffer, from: 0, limit, check: true }
    this.count(reading.file, joinFrames(stretch, everything, this.listen(reading.file)).damagedRecords)
    reading.at = limit
  }

  private join(limit: BatchLimit): JoinedBatch | undefined {
    const { reading } = this
    if (!reading) return undefined
    const { buffer, file } = reading
    const stretch = { buffer, from: reading.at, limit: buffer.length, check: true }
    const joined = joinFrames(stretch, limit, this.listen(file))
    this.count(file, joined.damagedRecords)
    reading.at = joined.next
    if (joined.end === 'partial' || joined.end === 'damaged') this.endOfFile(file, joined.end)
    if (joined.end !== 'full') this.endReading(file)
    if (joined.batch.events === 0) return undefined
    const offset = joined.end === 'full' ? joined.next : buffer.length
    return this.issue(joined.batch, { file, offset, about: [] })
  }

  private endReading(file: OrphanFile): void {
    this.reading = undefined
    const { damagedRecords: count } = file
    if (count > 0) this.gap(file, { reason: 'damaged', count, counted: 'records' })
  }

  private count(file: OrphanFile, damagedRecords: number): void {
    this.deps.counters.damagedRecords += damagedRecords
    file.damagedRecords += damagedRecords
    if (damagedRecords > 0) file.damaged = true
  }

  /** Nothing sound follows in this file: torn by the crash, or damaged. */
  private endOfFile(file: OrphanFile, end: 'partial' | 'damaged'): void {
    if (end === 'partial') this.deps.counters.tornTails++
    else this.count(file, 1)
  }

  private listen(file: OrphanFile): (buffer: Buffer, cursor: FrameCursor) => void {
    return (buffer, { type, start, json, end }) => {
      if (type !== INTENT && type !== OUTCOME && type !== CANCEL) return
      const id = buffer.toString('latin1', start, start + ID_BYTES)
      const known = this.intents.get(id)
      if (known) known.file.open--
      this.intents.delete(id)
      if (type !== INTENT) return
      this.intents.set(id, { payload: buffer.toString('utf8', json, end), file })
      file.open++
    }
  }

  /** Reports what nothing ended; asked for when all segments are read. */
  private unknown(limit: BatchLimit): JoinedBatch | undefined {
    this.lost ??= [...this.intents].map(([id, { payload }]) => ({ id, payload }))
    const texts: string[] = []
    for (let bytes = 0; this.lost.length > 0 && texts.length < limit.events && bytes < limit.bytes;) {
      const text = this.report(this.lost.shift())
      if (text !== undefined) texts.push(text)
      bytes += text?.length ?? 0
    }
    if (texts.length === 0) return undefined
    return this.issue(batchOfTexts(texts), { offset: 0, about: [] })
  }

  private report(intent: IntentRecord | undefined): string | undefined {
    if (!intent) return undefined
    try {
      const text = this.deps.reports.lostIntent(intent)
      if (text !== undefined) this.deps.counters.unknownEvents++
      return text
    } catch (error) {
      this.deps.counters.refusedEvents++
      this.deps.logger.warn({ err: error, id: intent.id }, 'No event could be made of an intent that a crash left')
      return undefined
    }
  }

  /** @returns false when the batch is not from here. Rejects when the disk fails: the rest is done later. */
  async commit(batch: JoinedBatch): Promise<boolean> {
    const issued = this.issued.get(batch)
    if (!issued) return false
    this.issued.delete(batch)
    for (const file of issued.about) file.open--
    if (issued.file) this.stored = { segment: issued.file.name, offset: issued.offset }
    await this.removeStored()
    return true
  }

  /** At the end of a segment: the position, then the segments that are of no further use, oldest first. */
  private async removeStored(): Promise<void> {
    const { files = [], stored } = this
    if (!stored || !this.isStored(files.find(({ name }) => name === stored.segment))) return
    await this.deps.position.write(stored)
    for (let file = files[this.removed]; file?.open === 0 && this.isStored(file); file = files[this.removed]) {
      await this.remove(file)
      this.removed++
    }
  }

  /** Read to its end, and stored: its last batch may have been read long before its first is stored. */
  private isStored(file: OrphanFile | undefined): boolean {
    if (!file || file === this.reading?.file || (this.files?.indexOf(file) ?? 0) >= this.nextFile) return false
    for (const issued of this.issued.values()) if (issued.file === file) return false
    return true
  }

  private async remove(file: OrphanFile): Promise<void> {
    const { disk, folder } = this.deps
    const path = join(folder, file.name)
    await (file.damaged ? setAside(disk, path) : disk.unlink(path)).catch(orGone)
  }

  /** Oldest first: an intent must not outlive its outcome. */
  private async finish(): Promise<void> {
    const { disk, folder, claim } = this.deps
    for (const file of this.files?.slice(this.removed) ?? []) await this.remove(file)
    await disk.remove(folder)
    claim.release()
    this.done = true
  }

  /** Leaves the rest to the next adopter. */
  close(): void {
    this.deps.claim.release()
  }
}

function isShortage(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'EMFILE' || code === 'ENFILE' || code === 'ENOMEM'
}
