import { join } from 'node:path'
import type { Logger } from '../model/logger'
import { claimFolder } from './claim'
import type { Counters } from './counters'
import type { Disk } from './disk'
import { OrphanSource } from './orphan-source'
import { createPositionFile } from './position'
import { hostOf, hostPart, segmentNumber } from './producer-folder'
import type { JournalReports } from './types'

/** Read at once; more wait for their turn. */
const MAX_ADOPTED = 8

/** What the adopter stands on. */
export interface AdopterDeps {
  readonly directory: string
  readonly disk: Disk
  /** This journal's own folder, if it has one. */
  readonly own: () => string | undefined
  readonly counters: Counters
  readonly logger: Pick<Logger, 'warn'>
  readonly now: () => number
  readonly reports: Pick<JournalReports, 'lostIntent' | 'gap'>
  /** Something can be read. */
  readonly onAdopted: () => void
}

/**
 * Looks for producers of this host whose process has died, and takes over what they left. A folder is taken by claiming
 * it, so that two adopters never read the same one, and a dead adopter's claim is free again. Folders of other hosts
 * are left alone: whether their process lives cannot be seen from here.
 */
export class Adopter {
  readonly sources: OrphanSource[] = []
  /** Bytes in the folders of other producers, as of the last scan. */
  othersBytes = 0
  private timer: NodeJS.Timeout | undefined
  private scanning: Promise<void> | undefined
  private stopped = false

  constructor(private readonly deps: AdopterDeps) {}

  /** Scans now and then every `everyMs`. */
  start(everyMs: number): void {
    void this.scan()
    this.timer = setInterval(() => void this.scan(), everyMs).unref()
  }

  /** One look at all folders. Never rejects. */
  async scan(): Promise<void> {
    this.scanning ??= this.scanOnce()
      .catch((error: unknown) => this.deps.logger.warn({ err: error }, 'The journal could not look for dead producers'))
      .finally(() => (this.scanning = undefined))
    await this.scanning
  }

  private async scanOnce(): Promise<void> {
    const { directory, own, disk } = this.deps
    let bytes = 0
    for (const name of await disk.list(directory)) {
      const host = hostOf(name)
      if (host === undefined || name === own()) continue
      bytes += await bytesIn(disk, join(directory, name))
      if (host === hostPart()) await this.adopt(join(directory, name))
    }
    this.othersBytes = bytes
  }

  private async adopt(folder: string): Promise<void> {
    if (this.stopped || this.sources.length >= MAX_ADOPTED || this.sources.some((source) => source.folder === folder))
      return
    const claim = await claimFolder(folder).catch((error: unknown) => {
      this.deps.logger.warn({ err: error, folder }, 'A producer that may be dead could not be examined')
    })
    if (!claim) return
    if (this.stopped) return claim.release()
    this.deps.counters.adopted++
    const position = createPositionFile(this.deps.disk, folder)
    this.sources.push(new OrphanSource({ ...this.deps, folder, claim, position }))
    this.deps.onAdopted()
  }

  /** Takes a finished source off the list, and looks for the next when the list was full. */
  drop(source: OrphanSource): void {
    const index = this.sources.indexOf(source)
    if (index < 0) return
    const full = this.sources.length >= MAX_ADOPTED
    this.sources.splice(index, 1)
    // A scan that is under way may have passed folders for want of room.
    if (full) void Promise.resolve(this.scanning).then(() => (this.stopped ? undefined : this.scan()))
  }

  /** Gives up what has not been read to its end. */
  async stop(): Promise<void> {
    this.stopped = true
    if (this.timer) clearInterval(this.timer)
    await this.scanning
    for (const source of this.sources.splice(0)) source.close()
  }
}

async function bytesIn(disk: Disk, folder: string): Promise<number> {
  try {
    const names = (await disk.list(folder)).filter((name) => segmentNumber(name) !== undefined)
    const sizes = await Promise.all(names.map(async (name) => (await disk.stat(join(folder, name))).size))
    return sizes.reduce((sum, size) => sum + size, 0)
  } catch {
    // It was removed while we looked.
    return 0
  }
}
