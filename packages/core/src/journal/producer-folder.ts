import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { ActrailError } from '../errors'
import { type Claim, claimNewFolder } from './claim'
import type { Disk } from './disk'
import { createPositionFile, type PositionFile } from './position'

const PRODUCER = /^([A-Za-z0-9.-]{1,64})_([0-9a-f]{8})_([0-9a-f]{12})$/

/** The folder of one journal of one process: `<host>_<boot>_<random>`, owned by a socket in it. */
export interface ProducerFolder {
  readonly name: string
  readonly path: string
  readonly claim: Claim
  readonly position: PositionFile
}

/** @returns this host as it stands in folder names. */
export function hostPart(): string {
  return (
    hostname()
      .replace(/[^A-Za-z0-9.-]/g, '-')
      .slice(0, 64) || 'localhost'
  )
}

/** @returns the host of a producer's folder; undefined when the name is none of ours. */
export function hostOf(name: string): string | undefined {
  return PRODUCER.exec(name)?.[1]
}

function bootPart(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8)
  } catch {
    return '00000000'
  }
}

/**
 * Makes and claims a new folder, with mode 0700.
 * @throws ActrailError `ERR_JOURNAL_FOLDER` when the directory is a symlink or cannot be used.
 */
export function makeProducerFolder(disk: Disk, directory: string): ProducerFolder {
  try {
    disk.makeFolder(directory, true)
    if (!disk.isFolder(directory)) throw new Error('It is not a folder of its own (symlinks are refused)')
    for (let attempt = 0; attempt < 10; attempt++) {
      const name = `${hostPart()}_${bootPart()}_${randomBytes(6).toString('hex')}`
      const path = join(directory, name)
      disk.makeFolder(path)
      const claim = claimNewFolder(path)
      if (claim) return { name, path, claim, position: createPositionFile(disk, path) }
    }
    throw new Error('Each folder made there was claimed by another process')
  } catch (cause) {
    throw new ActrailError(
      'ERR_JOURNAL_FOLDER',
      `The journal cannot use ${directory}: ${(cause as Error).message}. Give it a folder on a local disk that this user may write to (option journal.directory), or set journal.mode to 'memory', which survives no crash.`,
      { cause },
    )
  }
}

/** Gives the folder up; `remove` when nothing in it is of use. What is left otherwise is for the next process. */
export async function leaveProducerFolder(disk: Disk, { path, claim }: ProducerFolder, remove: boolean): Promise<void> {
  if (remove) await disk.remove(path).catch(() => undefined)
  claim.release()
}

/** @returns the name of a producer's segment; names sort in the order written. */
export function segmentName(epoch: number, number: number): string {
  return `${epoch}-${String(number).padStart(8, '0')}.wal`
}

/** @returns when the producer of a segment began, in ms since 1970. */
export function segmentEpoch(name: string): number {
  return Number.parseInt(name, 10)
}

/** @returns the number of a segment; undefined when the name is none of ours. */
export function segmentNumber(name: string): number | undefined {
  const found = /^\d+-(\d{8,})\.wal$/.exec(name)
  return found ? Number(found[1]) : undefined
}
