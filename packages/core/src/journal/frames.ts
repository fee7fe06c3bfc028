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
export const INTENT = 1
export const OUTCOME = 2
export const EVENT = 3
export const CANCEL = 4
export type FrameType = typeof INTENT | typeof OUTCOME | typeof EVENT | typeof CANCEL

export const HEADER_BYTES = 9
export const ID_BYTES = 36
const TRAILER_BYTES = 1
const NEWLINE = 10

/** Longer frames than this (bytes of payload) do not exist: a greater length is damage. */
export const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024

/** A growing buffer of encoded frames: `[0, written)` is in the current files, `[written, end)` waits to be written. */
export interface Arena {
  buffer: Buffer
  written: number
  end: number
  /** Outcomes and events in `[written, end)`. */
  waiting: number
}

/** @returns an empty arena of the given size in bytes; it grows by doubling. */
export function createArena(bytes: number): Arena {
  return { buffer: Buffer.allocUnsafeSlow(bytes), written: 0, end: 0, waiting: 0 }
}

/** Appends one frame. `id` stands before the text and is undefined for events of their own only. */
export function putFrame(arena: Arena, type: FrameType, text: string, id?: string): void {
  const most = HEADER_BYTES + ID_BYTES + text.length * 3 + TRAILER_BYTES
  if (arena.end + most > arena.buffer.length) grow(arena, arena.end + most)
  const { buffer, end: start } = arena
  let at = start + HEADER_BYTES
  if (id !== undefined) {
    buffer.write(id.length === ID_BYTES ? id : id.slice(0, ID_BYTES).padEnd(ID_BYTES), at, ID_BYTES, 'latin1')
    at += ID_BYTES
  }
  at += buffer.write(text, at)
  buffer[start + 8] = type
  buffer.writeUInt32LE(at - start - HEADER_BYTES, start)
  buffer.writeUInt32LE(crc32(buffer.subarray(start + 8, at)), start + 4)
  buffer[at] = NEWLINE
  arena.end = at + TRAILER_BYTES
  if (type === OUTCOME || type === EVENT) arena.waiting++
}

function grow(arena: Arena, atLeast: number): void {
  let bytes = arena.buffer.length
  while (bytes < atLeast) bytes *= 2
  const larger = Buffer.allocUnsafeSlow(bytes)
  arena.buffer.copy(larger, 0, 0, arena.end)
  arena.buffer = larger
}

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

/** @returns the outcomes and events among the written frames of an arena. */
export function countEvents({ buffer, written }: Arena): number {
  const cursor = createCursor()
  let events = 0
  let at = 0
  while (readFrame(buffer, cursor, { at, limit: written, check: false }) === 'frame') {
    if (cursor.type === OUTCOME || cursor.type === EVENT) events++
    at = cursor.next
  }
  return events
}
