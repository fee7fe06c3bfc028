import { crc32 } from 'node:zlib'
import {
  createCursor,
  EVENT,
  type FrameType,
  HEADER_BYTES,
  ID_BYTES,
  MAX_PAYLOAD_BYTES,
  NEWLINE,
  OUTCOME,
  readFrame,
  TRAILER_BYTES,
} from './frames'

/**
 * A growing buffer of encoded frames, reused for ever so that encoding allocates nothing:
 * `[0, written)` is in the current files, `[written, end)` waits to be written.
 */
export class Arena {
  buffer: Buffer
  written = 0
  end = 0
  /** Outcomes and events in `[written, end)`. */
  waiting = 0
  /** Bytes that have left at the front since the beginning: makes positions comparable over time. */
  gone = 0

  constructor(private readonly bytes: number) {
    this.buffer = Buffer.allocUnsafeSlow(bytes)
  }

  /** Appends one frame. `id` is the intent's, for all but events of their own. Throws when the text is no such thing. */
  put(type: FrameType, text: string, id?: string): void {
    if (text.length > MAX_PAYLOAD_BYTES / 3 - ID_BYTES) throw new RangeError('The text is too long for one frame')
    // No text takes more than three bytes for each of its UTF-16 units: measuring it first would cost more.
    const most = HEADER_BYTES + ID_BYTES + text.length * 3 + TRAILER_BYTES
    if (this.end + most > this.buffer.length) this.grow(this.end + most)
    const { buffer, end: start } = this
    let at = start + HEADER_BYTES
    if (id !== undefined) {
      buffer.write(id.length === ID_BYTES ? id : fitting(id), at, ID_BYTES, 'latin1')
      at += ID_BYTES
    }
    at += buffer.write(text, at)
    buffer[start + 8] = type
    buffer.writeUInt32LE(at - start - HEADER_BYTES, start)
    buffer.writeUInt32LE(crc32(buffer.subarray(start + 8, at)), start + 4)
    buffer[at] = NEWLINE
    this.end = at + TRAILER_BYTES
    if (type === OUTCOME || type === EVENT) this.waiting++
  }

  private grow(atLeast: number): void {
    let bytes = this.buffer.length
    while (bytes < atLeast) bytes *= 2
    const larger = Buffer.allocUnsafeSlow(bytes)
    this.buffer.copy(larger, 0, 0, this.end)
    this.buffer = larger
  }

  /** The first bytes leave, up to a frame's end; those behind move to the front. */
  forget(upTo: number): void {
    if (upTo <= 0) return
    this.buffer.copyWithin(0, upTo, this.end)
    this.written -= upTo
    this.end -= upTo
    this.gone += upTo
    if (this.end === 0 && this.buffer.length > 16 * this.bytes) this.buffer = Buffer.allocUnsafeSlow(this.bytes)
  }

  /** What waits leaves, without having been written. */
  drop(): void {
    this.end = this.written
    this.waiting = 0
  }

  /** Everything written waits to be written once more. */
  rewind(): void {
    const cursor = createCursor()
    for (let at = 0; at < this.written; at = cursor.next) {
      if (readFrame(this.buffer, cursor, { at, limit: this.written, check: false }) !== 'frame') break
      if (cursor.type === OUTCOME || cursor.type === EVENT) this.waiting++
    }
    this.written = 0
  }
}

function fitting(id: string): string {
  return id.slice(0, ID_BYTES).padEnd(ID_BYTES)
}
