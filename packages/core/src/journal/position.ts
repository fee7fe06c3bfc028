import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'

/** How far a producer's journal is stored: everything before `offset` in the named segment, and all earlier segments. */
export interface Position {
  /** File name of the segment. */
  readonly segment: string
  readonly offset: number
}

const FILE = 'position'

/** Replaces the position file; it survives a loss of power once this resolves. */
export async function writePosition(folder: string, position: Position): Promise<void> {
  const path = join(folder, FILE)
  const file = await open(`${path}.new`, 'w', 0o600)
  try {
    await file.writeFile(`${JSON.stringify({ ...position, crc32: checksum(position) })}\n`)
    await file.datasync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
  await syncFolder(folder)
}

/** Makes renames and new files in the folder survive a loss of power. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * @returns undefined when there is none, or when it makes no sense: everything is then sent again, and the log keeps
 * one event of an id.
 */
export async function readPosition(folder: string): Promise<Position | undefined> {
  try {
    const found = JSON.parse(await readFile(join(folder, FILE), 'utf8')) as Position & { crc32: number }
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
