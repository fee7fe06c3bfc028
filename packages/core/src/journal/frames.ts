import { crc32 } from 'node:zlib'

/**
 * One record on disk: `length u32 | crc32 u32 | type u8 | payload | \n`, little-endian. `length` counts the payload, the
 * checksum covers type and payload. The payload is JSON, so that a person can read it; in all but events
 * of their own the intent's id (36 bytes) stands before the JSON, so that an intent and what ends it are matched without
 * parsing. A cancelled intent has nothing but the id.
 *
 * No byte of a well-formed JSON text is below 0x20, while the type and the highest byte of every length are: nothing
 * that a client sends can look like a frame to {@link findFrame}.
 */
export type FrameType = typeof INTENT | typeof OUTCOME | typeof EVENT | typeof CANCEL

/** What is about to happen, before it does: a few words for people to read after a crash. */
export const INTENT = 1
/** The event that ends an intent. */
export const OUTCOME = 2
/** An event without an intent. */
export const EVENT = 3
/** Ends an intent of which no event is wanted. */
export const CANCEL = 4

/** Length, checksum and type. */
export const HEADER_BYTES = 9
/** An intent's id, as lower-case UUID text. */
export const ID_BYTES = 36
/** The newline that ends a frame, for people. */
export const TRAILER_BYTES = 1
/** The byte that ends a frame. */
export const NEWLINE = 10

/** Longer frames than this (bytes of payload) do not exist: a greater length is damage. */
export const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024

/** Where a frame lies in a buffer; one object is reused for a whole scan. */
export interface FrameCursor {
  type: number
  /** First byte of the payload, with the id. */
  start: number
  /** First byte of the JSON. */
  json: number
  end: number
  /** First byte after the frame. */
  next: number
}

/** @returns a cursor for {@link readFrame}. */
export function createCursor(): FrameCursor {
  return { type: 0, start: 0, json: 0, end: 0, next: 0 }
}

/**
 * Reads the frame at `at`.
 * @returns `frame` (the cursor is set), `partial` when the bytes before `limit` do not hold all of it (`cursor.next` says
 * where it would end), or `damaged`. Without `check` the checksum is trusted: only for bytes written by this process.
 */
export function readFrame(
  buffer: Buffer,
  cursor: FrameCursor,
  { at, limit, check }: { at: number; limit: number; check: boolean },
): 'frame' | 'partial' | 'damaged' {
  cursor.next = at + HEADER_BYTES + TRAILER_BYTES
  if (cursor.next > limit) return 'partial'
  const length = buffer.readUInt32LE(at)
  const type = buffer.readUInt8(at + 8)
  const prefix = type === EVENT ? 0 : ID_BYTES
  if (type < INTENT || type > CANCEL || length < prefix || length > MAX_PAYLOAD_BYTES) return 'damaged'
  cursor.next += length
  if (cursor.next > limit) return 'partial'
  cursor.type = type
  cursor.start = at + HEADER_BYTES
  cursor.json = cursor.start + prefix
  cursor.end = cursor.start + length
  if (check && crc32(buffer.subarray(at + 8, cursor.end)) !== buffer.readUInt32LE(at + 4)) return 'damaged'
  return 'frame'
}

/** @returns the offset of the first whole and sound frame at or after `from`, or -1. */
export function findFrame(
  buffer: Buffer,
  cursor: FrameCursor,
  { from, limit }: { from: number; limit: number },
): number {
  for (let at = from; at + HEADER_BYTES + TRAILER_BYTES <= limit; at++) {
    // The highest byte of the length and the type rule out nearly every offset before the checksum is computed.
    const type = buffer.readUInt8(at + 8)
    if (type < INTENT || type > CANCEL || buffer.readUInt8(at + 3) > 1) continue
    if (readFrame(buffer, cursor, { at, limit, check: false }) !== 'frame' || buffer[cursor.end] !== NEWLINE) continue
    if (readFrame(buffer, cursor, { at, limit, check: true }) === 'frame') return at
  }
  return -1
}
