import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { unpackFolder } from './archive'
import type { Opening } from './messages'

/** Where the build leaves the snapshot; beside the sources in a checkout, too. */
export const SNAPSHOT_FILE = path.join(__dirname, '..', 'dist', 'snapshot.br')

/** PostgreSQL's data folder within a store's folder. */
export function dataFolder(directory: string): string {
  return path.join(directory, 'data')
}

/**
 * Makes the data folder from the snapshot when there is none. It appears as a whole or not at all, whenever the
 * process dies; the caller owns `directory`.
 *
 * @returns `initdb` when there is no snapshot: PGlite then makes the folder itself, which takes seconds and 800 MB.
 */
export function prepareDataFolder(directory: string): Opening {
  for (const name of readdirSync(directory)) {
    if (name.startsWith(UNFINISHED)) rmSync(path.join(directory, name), { recursive: true, force: true })
  }
  if (existsSync(path.join(dataFolder(directory), 'PG_VERSION'))) return 'found'
  if (!existsSync(SNAPSHOT_FILE)) return 'initdb'
  const unfinished = mkdtempSync(path.join(directory, UNFINISHED))
  unpackFolder(readFileSync(SNAPSHOT_FILE), unfinished)
  rmSync(dataFolder(directory), { recursive: true, force: true })
  renameSync(unfinished, dataFolder(directory))
  return 'snapshot'
}

const UNFINISHED = 'data.new-'
