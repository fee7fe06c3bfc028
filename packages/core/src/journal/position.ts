import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { closeQuietly, type Disk, writeFully } from './disk'

/** How far a producer's journal is stored: everything before `offset` in the named segment, and all earlier segments. */
export interface Position {
  /** File name of the segment. */
  readonly segment: string
  readonly offset: number
}

/**
 * The file of a producer's position. It has two slots, which are overwritten in turn, so that a full disk can be told
 * what is stored and need not be kept. A slot that is torn leaves the other; what one says stays true for ever, so of
 * two that are sound the one that is further on counts.
 */
export interface PositionFile {
  /** Takes the room that the file will ever need, once. Throws when the disk has none: ask again. */
  reserve(): void
  /**
   * @returns undefined when there is none, or when it makes no sense: everything is then sent again, and the log keeps
   * one event of an id.
   */
  read(): Promise<Position | undefined>
  /** It survives a loss of power once this resolves. One at a time. */
  write(position: Position): Promise<void>
}

const FILE = 'position'
/** A block of the disk: when it is torn in the middle, the other slot is whole. */
const SLOT_BYTES = 4_096
const SLOTS = [0, SLOT_BYTES] as const

/** @returns the position file of a folder; touches no disk. */
export function createPositionFile(disk: Disk, folder: string): PositionFile {
  const path = join(folder, FILE)
  /** The slot to be overwritten next: never the one that was synced last. */
  let next: 0 | 1 = 0
  let isReserved = false
  let isNameSynced = false

  return {
    reserve() {
      if (isReserved) return
      const fd = disk.openInPlace(path)
      try {
        writeFully(disk, fd, { buffer: blank(SLOTS.length), from: 0, to: SLOTS.length * SLOT_BYTES, at: 0 })
      } finally {
        closeQuietly(disk, fd)
      }
      isReserved = true
    },

    async read() {
      const [first, second] = await readSlots(disk, path)
      const furthest = isFurther(second, first) ? second : first
      next = furthest === first ? 1 : 0
      return furthest
    },

    async write(position) {
      const fd = disk.openInPlace(path)
      try {
        writeFully(disk, fd, { buffer: encode(position), from: 0, to: SLOT_BYTES, at: SLOTS[next] })
        await disk.sync(fd)
      } finally {
        closeQuietly(disk, fd)
      }
      if (!isNameSynced) await disk.syncFolder(folder)
      isNameSynced = true
      next = next === 0 ? 1 : 0
    },
  }
}

async function readSlots(disk: Disk, path: string): Promise<(Position | undefined)[]> {
  try {
    const bytes = await disk.readFile(path)
    return SLOTS.map((at) => decode(bytes.subarray(at, at + SLOT_BYTES)))
  } catch {
    return []
  }
}

function isFurther(one: Position | undefined, other: Position | undefined): boolean {
  if (!one || !other) return one !== undefined
  return one.segment === other.segment ? one.offset > other.offset : one.segment > other.segment
}

/** Spaces, which JSON passes over: a person can read the file, and a file system stores no hole. */
function blank(slots: number): Buffer {
  return Buffer.alloc(slots * SLOT_BYTES, ' ')
}

function encode(position: Position): Buffer {
  const slot = blank(1)
  slot.write(`${JSON.stringify({ ...position, crc32: checksum(position) })}\n`)
  return slot
}

function decode(slot: Buffer): Position | undefined {
  try {
    const found = JSON.parse(slot.toString()) as Position & { crc32: number }
    const position = { segment: found.segment, offset: found.offset }
    return found.crc32 === checksum(position) && Number.isSafeInteger(position.offset) ? position : undefined
  } catch {
    return undefined
  }
}

/** One flipped bit in the offset would pass over events in silence. */
function checksum({ segment, offset }: Position): number {
  return crc32(`${segment}:${offset}`)
}
