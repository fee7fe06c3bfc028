/**
 * A stretch of the journal: a file, or a piece of memory where no file can be had. Only the last one grows; it is sealed
 * when the next one begins.
 */
export interface Segment {
  /** Grows by one with each segment of a journal and never repeats. */
  readonly number: number
  /** Undefined: in memory. */
  readonly path: string | undefined
  readonly memory: Buffer | undefined
  /** Bytes that may be read. */
  bytes: number
  /** Outcomes and events in it. */
  events: number
  /** Intents in it whose outcome has not come. */
  open: number
  /** When its first frame was written, in ms since 1970. */
  readonly openedAt: number
  sealed: boolean
  /** Its disk has failed: what is read from it is checked. */
  suspect: boolean
}

/** @returns an empty segment that grows. */
export function createSegment(place: Pick<Segment, 'number' | 'path' | 'memory' | 'openedAt'>): Segment {
  return { ...place, bytes: 0, events: 0, open: 0, sealed: false, suspect: false }
}

/** A point in the journal: all frames before it. */
export interface Place {
  readonly segment: Segment
  readonly offset: number
}

/** All segments that still hold something, oldest first. */
export interface Segments {
  readonly all: Segment[]
  /** Bytes in files, and bytes set aside in memory. */
  diskBytes: number
  memoryBytes: number
  /** Outcomes and events ever written, and those of them that are stored or given up. */
  written: number
  stored: number
  /** Since when something is unsent, in ms since 1970; of no meaning while `written` equals `stored`. */
  behindSince: number
}

/** @returns an empty list. */
export function createSegments(): Segments {
  return { all: [], diskBytes: 0, memoryBytes: 0, written: 0, stored: 0, behindSince: 0 }
}

/** Takes a segment out of the list. */
export function removeSegment(segments: Segments, segment: Segment): void {
  const index = segments.all.indexOf(segment)
  if (index < 0) return
  segments.all.splice(index, 1)
  if (segment.memory) segments.memoryBytes -= segment.memory.length
  else segments.diskBytes -= segment.bytes
}
