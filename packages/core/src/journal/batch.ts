import { createCursor, EVENT, findFrame, type FrameCursor, OUTCOME, readFrame } from './frames'
import type { Batch } from './types'

/** At most this many events and, but for a single larger event, this many bytes. */
export interface BatchLimit {
  readonly events: number
  readonly bytes: number
}

/** A stretch of frames in a buffer. Joining moves bytes within it: afterwards the stretch holds the batch, not frames. */
export interface Stretch {
  readonly buffer: Buffer
  readonly from: number
  readonly limit: number
  /** Verify checksums, and go on at the next sound frame after a damaged one. */
  readonly check: boolean
}

/** Told of every frame that is not an event of its own, in order; `json` and `end` delimit its text. */
export type FrameListener = (buffer: Buffer, cursor: FrameCursor) => void

/** A batch and how far it went. */
export interface Joined {
  readonly batch: JoinedBatch
  /** Where reading goes on: `limit`, or the first frame that did not fit or is not whole. */
  readonly next: number
  /** `damaged` only where nothing is checked. */
  readonly end: 'limit' | 'full' | 'partial' | 'damaged'
  readonly damagedRecords: number
}

const COMMA = 44
const OPEN = 91
const CLOSE = 93

/** Events joined into a JSON array without being parsed. */
export class JoinedBatch implements Batch {
  constructor(
    readonly payload: Buffer,
    /** Where each event starts in the payload; one more for the closing bracket. */
    private readonly starts: readonly number[],
  ) {}

  get events(): number {
    return this.starts.length - 1
  }

  slice(from: number, to: number): Buffer {
    const first = this.starts[from] ?? 0
    const end = this.starts[to] ?? 0
    // The bytes before and after hold the brackets or commas of the neighbours: a copy has brackets of its own.
    const copy = Buffer.from(this.payload.subarray(first - 1, end))
    copy[0] = OPEN
    copy[copy.length - 1] = CLOSE
    return copy
  }

  text(index: number): string {
    return this.payload.toString('utf8', this.starts[index] ?? 0, (this.starts[index + 1] ?? 1) - 1)
  }
}

/** @returns texts of events as a batch. */
export function batchOfTexts(texts: readonly string[]): JoinedBatch {
  const starts = [1]
  for (const text of texts) starts.push((starts.at(-1) ?? 1) + Buffer.byteLength(text) + 1)
  return new JoinedBatch(Buffer.from(`[${texts.join(',')}]`), starts)
}

/**
 * Joins the events of a stretch into one JSON array, in place: each text moves towards the front, over its own header.
 * Intents and cancelled intents are passed over.
 */
export function joinFrames(stretch: Stretch, limit: BatchLimit, listener?: FrameListener): Joined {
  const { buffer, from, check } = stretch
  const cursor = createCursor()
  const starts: number[] = []
  let out = from + 1
  let at = from
  let damagedRecords = 0
  let end: Joined['end'] = 'limit'
  while (at < stretch.limit) {
    const found = readFrame(buffer, cursor, { at, limit: stretch.limit, check })
    if (found !== 'frame') {
      const sound = check ? findFrame(buffer, cursor, { from: at + 1, limit: stretch.limit }) : -1
      if (sound < 0) {
        end = found
        break
      }
      damagedRecords++
      at = sound
      continue
    }
    if (cursor.type === OUTCOME || cursor.type === EVENT) {
      const bytes = cursor.end - cursor.json
      if (starts.length >= limit.events || (starts.length > 0 && out - from + bytes + 1 > limit.bytes)) {
        end = 'full'
        break
      }
      listener?.(buffer, cursor)
      buffer.copyWithin(out, cursor.json, cursor.end)
      starts.push(out - from)
      out += bytes
      buffer[out++] = COMMA
    } else listener?.(buffer, cursor)
    at = cursor.next
  }
  return { batch: finish(stretch, starts, out), next: at, end, damagedRecords }
}

function finish({ buffer, from }: Stretch, starts: number[], out: number): JoinedBatch {
  if (starts.length === 0) return new JoinedBatch(EMPTY, [1])
  buffer[from] = OPEN
  buffer[out - 1] = CLOSE
  starts.push(out - from)
  return new JoinedBatch(buffer.subarray(from, out), starts)
}

const EMPTY = Buffer.from('[]')
