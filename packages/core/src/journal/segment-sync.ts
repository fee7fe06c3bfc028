import { closeQuietly, type Disk } from './disk'
import type { Segment } from './segments'
import { createSyncSchedule, type SyncSchedule } from './sync-schedule'

/** A segment that is written to, or waits for its last sync. */
export interface OpenSegment {
  readonly segment: Segment
  /** -1: in memory. */
  readonly fd: number
  dirty: boolean
}

/** What syncing stands on. */
export interface SegmentSyncDeps {
  readonly disk: Disk
  readonly place: { syncFolder(): Promise<void> }
  readonly syncMs: number
  readonly active: () => OpenSegment | undefined
  /** Called before a sync; what it returns is called when all that was written by then is synced. */
  readonly onBegin: () => () => void
  /** These files cannot be trusted, and are not synced again. */
  readonly onFailed: (files: readonly OpenSegment[]) => void
}

/**
 * Syncs the active segment and those that are full. A file whose sync failed is never synced again: the next sync may
 * succeed although the bytes are gone. There is only one folder: its sync is tried again.
 */
export class SegmentSync {
  private readonly schedule: SyncSchedule
  private retired: OpenSegment[] = []
  /** A file was made since the folder was synced. */
  private newFile = false

  constructor(private readonly deps: SegmentSyncDeps) {
    this.schedule = createSyncSchedule(() => this.once(), {
      everyMs: deps.syncMs,
      isDirty: () => this.newFile || this.retired.length > 0 || deps.active()?.dirty === true,
    })
  }

  /** Something was written. */
  touch(): void {
    this.schedule.touch()
  }

  /** A file was made. */
  made(): void {
    this.newFile = true
  }

  /** Nothing more is written to this file: it is synced once more, and closed. */
  retire(open: OpenSegment): void {
    this.retired.push(open)
  }

  /** Syncs everything written so far. @returns whether it succeeded; never rejects. */
  now(): Promise<boolean> {
    return this.schedule.now()
  }

  /** No further sync begins by itself. */
  stop(): void {
    this.schedule.stop()
  }

  private async once(): Promise<boolean> {
    const { disk, active, onBegin, onFailed } = this.deps
    const succeed = onBegin()
    const retired = this.retired.splice(0)
    const open = active()
    const files = open?.dirty ? [...retired, open] : retired
    for (const file of files) file.dirty = false
    const results = await Promise.allSettled(files.map(async ({ fd }) => disk.sync(fd)))
    const named = await this.syncFolder()
    const failed = files.filter((_, index) => results[index]?.status === 'rejected')
    // One that was active may have been retired meanwhile.
    this.retired = this.retired.filter((file) => !failed.includes(file))
    if (failed.length > 0) onFailed(failed)
    else if (named) succeed()
    for (const file of new Set([...retired, ...failed])) closeQuietly(disk, file.fd)
    return failed.length === 0 && named
  }

  private async syncFolder(): Promise<boolean> {
    if (!this.newFile) return true
    this.newFile = false
    try {
      await this.deps.place.syncFolder()
    } catch {
      this.newFile = true
    }
    return !this.newFile
  }
}
