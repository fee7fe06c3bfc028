import type { Logger } from '../model/logger'
import type { Adopter } from './adopter'
import { type BatchLimit, JoinedBatch } from './batch'
import type { LiveSource } from './live-source'
import type { Segments } from './segments'
import type { Batch, JournalReader } from './types'

/** A pause before an adopted journal is asked again. */
const RETRY_MS = 1_000

/** The sources and what goes with them. */
export interface ReaderDeps {
  readonly live: LiveSource
  readonly adopter: Adopter
  readonly segments: Segments
  readonly logger: Pick<Logger, 'warn'>
  readonly reclaim: () => Promise<void>
  /** Flushes what waits in memory to the segments, so that it can be read. */
  readonly flush: () => void
}

/** One reader over this process's own journal and those it adopted, which take turns while both have something. */
export class SharedReader implements JournalReader {
  private listener: (() => void) | undefined
  private liveIsNext = true
  private retryTimer: NodeJS.Timeout | undefined

  constructor(private readonly deps: ReaderDeps) {}

  async read(limit: BatchLimit): Promise<Batch | undefined> {
    this.liveIsNext = !this.liveIsNext
    if (!this.liveIsNext) return (await this.readAdopted(limit)) ?? this.readLive(limit)
    return (await this.readLive(limit)) ?? this.readAdopted(limit)
  }

  private async readLive(limit: BatchLimit): Promise<Batch | undefined> {
    this.deps.flush()
    return this.deps.live.read(limit)
  }

  private async readAdopted(limit: BatchLimit): Promise<Batch | undefined> {
    const { adopter, logger } = this.deps
    for (let source = adopter.sources[0]; source; source = adopter.sources[0]) {
      try {
        const batch = await source.read(limit)
        if (batch || !source.done) return batch
      } catch (error) {
        logger.warn({ err: error, folder: source.folder }, 'An adopted journal could not be read; it is tried again')
        this.retryTimer ??= setTimeout(this.retry, RETRY_MS).unref()
        return undefined
      }
      adopter.drop(source)
    }
    return undefined
  }

  async commit(batch: Batch): Promise<void> {
    if (!(batch instanceof JoinedBatch)) return
    if (this.deps.live.commit(batch)) {
      // Not awaited: the next batch need not wait for the disk.
      void this.deps.reclaim()
      return
    }
    for (const source of this.deps.adopter.sources) {
      try {
        // Read on: when that was the last of it, the next read finds its folder done.
        if (await source.commit(batch)) return this.notify()
      } catch (error) {
        this.deps.logger.warn({ err: error, folder: source.folder }, 'An adopted journal could not be shortened')
        return
      }
    }
  }

  private readonly retry = (): void => {
    this.retryTimer = undefined
    this.notify()
  }

  /** No further retry begins by itself. */
  close(): void {
    clearTimeout(this.retryTimer)
  }

  onData(listener: () => void): void {
    this.listener = listener
  }

  /** Tells the listener that something can be read. */
  notify(): void {
    this.listener?.()
  }

  progress(): { written: number; stored: number } {
    const { written, stored } = this.deps.segments
    return { written, stored }
  }
}
