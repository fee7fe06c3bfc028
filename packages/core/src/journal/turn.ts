import { ActrailError } from '../errors'
import type { SegmentWriter } from './segment-writer'

/** Events of one turn beyond this many bytes are written before its end. */
const MAX_WAITING_BYTES = 1024 * 1024

/**
 * When what waits is written:
 *
 *     intent, outcome ── at once, with all that waits
 *     event, cancel ──── the first of a turn schedules its check phase; what still waits then is written
 *     'beforeExit', 'exit' ── at once
 */
export class Turn {
  private scheduled = false
  private waiter: { promise: Promise<void>; settle: (dropped: boolean) => void } | undefined
  /** Events lost as of the end of the last turn. */
  private lostBefore = 0

  constructor(private readonly writer: SegmentWriter) {}

  readonly flush = (): void => {
    this.writer.flush()
  }

  begin(): void {
    process.on('beforeExit', this.flush)
    process.on('exit', this.flush)
  }

  end(): void {
    process.off('beforeExit', this.flush)
    process.off('exit', this.flush)
    this.flush()
  }

  /** Writes what waits; what had to be dropped is told at the end of the turn. */
  flushNow(): void {
    const { lostEvents } = this.writer
    this.flush()
    if (this.writer.lostEvents > lostEvents) this.schedule()
  }

  /** Something waits. */
  schedule(): void {
    const { arena } = this.writer
    if (arena.end - arena.written > MAX_WAITING_BYTES) this.flush()
    if (this.scheduled) return
    this.scheduled = true
    setImmediate(this.check)
  }

  private readonly check = (): void => {
    this.scheduled = false
    this.flush()
    const { lostEvents } = this.writer
    const dropped = lostEvents > this.lostBefore
    this.lostBefore = lostEvents
    const { waiter } = this
    this.waiter = undefined
    waiter?.settle(dropped)
  }

  /** Resolves at the end of the turn; rejects with `ERR_JOURNAL_FULL` when events of it were dropped. */
  written(): Promise<void> {
    if (!this.scheduled) return Promise.resolve()
    this.waiter ??= createWaiter()
    return this.waiter.promise
  }
}

function createWaiter(): { promise: Promise<void>; settle: (dropped: boolean) => void } {
  let settle: (dropped: boolean) => void = () => undefined
  const promise = new Promise<void>((resolve, reject) => {
    settle = (dropped) => (dropped ? reject(full()) : resolve())
  })
  // Whoever asked is told; who forgot to listen must not bring the host down.
  promise.catch(() => undefined)
  return { promise, settle }
}

function full(): ActrailError {
  return new ActrailError(
    'ERR_JOURNAL_FULL',
    'The event was not kept: the journal finds no room on disk and its memory is full. Free disk space, raise journal.maxBytes, or see why the database takes no events.',
  )
}
