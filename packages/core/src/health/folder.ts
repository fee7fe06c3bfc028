import { mkdir, open, readdir, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { hostOf, hostPart } from '../journal/producer-folder'

/** What a look at the journal's folder found. */
export interface FolderFacts {
  readonly freeBytes: number
  /** The middle one of a few syncs, in ms. */
  readonly syncMs: number
  /** Folders of producers on this host, of which dead ones are soon adopted, and on hosts of another name. */
  readonly ofThisHost: number
  readonly ofOtherHosts: number
}

const SYNCS = 5

/** Writes a small file to the folder, syncs it a few times and removes it. Rejects with what the file system says. */
export async function examineFolder(directory: string): Promise<FolderFacts> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const syncMs = await timeSyncs(join(directory, `doctor-${process.pid}-${Date.now()}`))
  const { bavail, bsize } = await statfs(directory)
  const hosts = (await readdir(directory)).flatMap((name) => hostOf(name) ?? [])
  const ofThisHost = hosts.filter((host) => host === hostPart()).length
  return { freeBytes: bavail * bsize, syncMs, ofThisHost, ofOtherHosts: hosts.length - ofThisHost }
}

async function timeSyncs(path: string): Promise<number> {
  const file = await open(path, 'wx', 0o600)
  try {
    const took: number[] = []
    for (let at = 0; at < SYNCS; at++) {
      await file.write(`${at}\n`)
      const began = performance.now()
      await file.datasync()
      took.push(performance.now() - began)
    }
    return took.sort((a, b) => a - b)[SYNCS >> 1] ?? 0
  } finally {
    await file.close()
    await rm(path, { force: true })
  }
}
