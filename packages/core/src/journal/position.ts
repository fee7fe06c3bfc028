import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { closeQuietly, type Disk, writeFully } from './disk'

/** How far a producer's journal is stored: everything before `offset` in the named segment, and all earlier segments. */
export interface Position {
  /** File name of the segment. */
  readonly segment: string
  readonly offset: number
}

const FILE = 'position'

/** Replaces the position file; it survives a loss of power once this resolves. */
export async function writePosition(disk: Disk, folder: string, position: Position): Promise<void> {
  const path = join(folder, FILE)
  const bytes = Buffer.from(`${JSON.stringify({ ...position, crc32: checksum(position) })}\n`)
  const fd = await disk.replace(`${path}.new`)
  try {
    writeFully(disk, fd, { buffer: bytes, from: 0, to: bytes.length })
    await disk.sync(fd)
  } finally {
    closeQuietly(disk, fd)
  }
  await disk.rename(`${path}.new`, path)
  await disk.syncFolder(folder)
}

/**
 * @returns undefined when there is none, or when it makes no sense: everything is then sent again, and the log keeps
 * one event of an id.
 */
export async function readPosition(disk: Disk, folder: string): Promise<Position | undefined> {
  try {
    const bytes = await disk.readFile(join(folder, FILE))
    const found = JSON.parse(bytes.toString()) as Position & { crc32: number }
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
