import { constants } from 'node:fs'
import { open, readdir, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from '../model/logger'
import { batchOfTexts, type BatchLimit, type JoinedBatch, joinFrames } from './batch'
import type { Claim } from './claim'
import type { Counters } from './counters'
import { CANCEL, type FrameCursor, ID_BYTES, INTENT, OUTCOME } from './frames'
import { type Position, readPosition, writePosition } from './position'
import { segmentNumber } from './producer-folder'
import { setAside } from './reclaim'
import type { IntentRecord } from './types'

/** A dead producer's folder and what reading it needs. */
export interface OrphanDeps {
  readonly folder: string
  readonly claim: Claim
  readonly counters: Counters
  readonly logger: Pick<Logger, 'warn'>
  readonly lostIntent: (intent: IntentRecord) => string | undefined
}

/** A segment of a dead producer. */
interface OrphanFile {
  readonly name: string
  /** Intents in it for which no outcome has been met yet. */
  open: number
  damaged: boolean
}

/**
 * Reads the journal that a dead producer left, and reports the requests that died with it:
 *
 *     segments in order, checked ──▶ their events from the position on ──▶ intents that nothing ended: `unknown`
 *                                                                            ──▶ stored: the folder is removed
 *
 * Frames before the position only tell which intents ended. A segment is removed when its events are stored, its
 * intents have ended and all before it are gone. A crash of the adopter means that the next one does it again: events
 * keep their ids, `unknown` events have ids that follow from the intent's, and the log keeps one of an id.
 */
export class OrphanSource {
  private files: OrphanFile[] | undefined
  private from: Position | undefined
  /** The file being read, its bytes, and where reading stands in it. */
  private reading: { readonly file: OrphanFile; readonly buffer: Buffer; at: number } | undefined
  private nextFile = 0
  private removed = 0
  private readonly intents = new Map<string, { readonly payload: string; readonly file: OrphanFile }>()
  private lost: IntentRecord[] | undefined
  private readonly issued = new Map<JoinedBatch, { readonly file: OrphanFile | undefined; readonly offset: number }>()
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
      if (!this.reading && !(await this.openNext())) break
      const batch = this.join(limit)
      if (batch) return batch
    }
    const batch = this.unknown(limit)
    if (!batch && this.issued.size === 0) await this.finish()
    return batch
  }

  private async begin(): Promise<void> {
    const { folder, counters } = this.deps
    const names = (await readdir(folder)).filter((name) => segmentNumber(name) !== undefined).sort()
    this.from = await readPosition(folder)
    names.forEach((name, index) => {
      const before = names[index - 1]
      if (before) counters.missingSegments += Math.max(0, (segmentNumber(name) ?? 0) - (segmentNumber(before) ?? 0) - 1)
    })
    this.files = names.map((name) => ({ name, open: 0, damaged: false }))
  }

  private async openNext(): Promise<boolean> {
    const file = this.files?.[this.nextFile]
    if (!file) return false
    this.nextFile++
    try {
      const buffer = await readWhole(join(this.deps.folder, file.name))
      this.reading = { file, buffer, at: 0 }
      this.skip()
    } catch (error) {
      if (isShortage(error)) {
        this.nextFile--
        throw error
      }
      file.damaged = true
      this.deps.counters.missingSegments++
      this.deps.logger.warn(
        { err: error, path: join(this.deps.folder, file.name) },
        'A segment of the journal cannot be read',
      )
    }
    return true
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
    if (joined.end !== 'full') this.reading = undefined
    if (joined.batch.events === 0) return undefined
    const offset = joined.end === 'full' ? joined.next : buffer.length
    this.issued.set(joined.batch, { file, offset })
    return joined.batch
  }

  private count(file: OrphanFile, damagedRecords: number): void {
    this.deps.counters.damagedRecords += damagedRecords
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
    const batch = batchOfTexts(texts)
    this.issued.set(batch, { file: undefined, offset: 0 })
    return batch
  }

  private report(intent: IntentRecord | undefined): string | undefined {
    if (!intent) return undefined
    try {
      const text = this.deps.lostIntent(intent)
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
    if (issued.file && !this.reading) await this.removeStored(issued.file, issued.offset)
    return true
  }

  /** At the end of a segment: the position, then the segments that are of no further use. */
  private async removeStored(last: OrphanFile, offset: number): Promise<void> {
    const { folder } = this.deps
    await writePosition(folder, { segment: last.name, offset })
    for (let file = this.files?.[this.removed]; file && file.open === 0; file = this.files?.[this.removed]) {
      if (file.name > last.name) return
      await this.remove(file)
      this.removed++
    }
  }

  private async remove(file: OrphanFile): Promise<void> {
    const path = join(this.deps.folder, file.name)
    await (file.damaged ? setAside(path) : unlink(path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
  }

  private async finish(): Promise<void> {
    for (const file of this.files ?? []) if (file.damaged) await this.remove(file)
    await rm(this.deps.folder, { recursive: true, force: true })
    this.deps.claim.release()
    this.done = true
  }

  /** Leaves the rest to the next adopter. */
  close(): void {
    this.deps.claim.release()
  }
}

async function readWhole(path: string): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    return await file.readFile()
  } finally {
    await file.close()
  }
}

function isShortage(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'EMFILE' || code === 'ENFILE' || code === 'ENOMEM'
}
