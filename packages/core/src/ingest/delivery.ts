import type { Batch } from '../journal/types'
import type { Logger } from '../model/logger'

/** Attempts after which a batch is divided whatever the error says. */
const ATTEMPTS = 5
const FIRST_PAUSE_MS = 50
const MAX_PAUSE_MS = 5_000

/** What the sender uses of the store. */
export interface SenderStore {
  /** Writes one batch by one statement; resolves once it is committed. */
  append(payload: Buffer, events: number): Promise<void>
  /** Writes several batches by one statement, in their order, all or none. */
  appendAll(batches: readonly Pick<Batch, 'payload' | 'events'>[]): Promise<void>
  /** Puts an event aside that cannot be stored. */
  quarantine(text: string, reason: string): Promise<void>
  /** The store refuses the data itself: sending it again cannot help. */
  isDataError(error: unknown): boolean
}

/** The store, and where failures are told. */
export interface DeliveryDeps {
  readonly store: SenderStore
  readonly logger: Pick<Logger, 'warn'>
}

/** Gets batches stored, whatever it takes. */
export interface Delivery {
  /** Resolves to true when each event is stored or quarantined, to false when it was stopped first. Never rejects. */
  deliver(batch: Batch): Promise<boolean>
  /** One attempt at several batches at once. False when it failed, for whatever reason: deliver them one by one then. */
  deliverTogether(batches: readonly Batch[]): Promise<boolean>
  /** Ends the pause before the next attempt. */
  hurry(): void
  stop(): void
  status(): {
    readonly storedEvents: number
    readonly quarantinedEvents: number
    readonly failures: number
    readonly lastError: string | undefined
  }
}

/**
 *     attempt ──ok──▶ stored
 *        ▲  │ other error: pause, 50 ms doubling to 5 s, with jitter
 *        └──┤
 *           │ data error, or the fifth failure of this stretch
 *           ▼
 *     more than one event: each half for itself, first half first
 *     one event: quarantine; if that fails too, the store is away: pause and attempt
 *
 * While the store is away a batch is so divided down to one event, and goes on from there when the store is back, at
 * the cost of ten small statements. An error that does not blame the data may have been the last moment of an outage:
 * such an event is attempted once more after it is quarantined, so that it is in the log if the log takes it at all.
 * Order is kept throughout.
 */
export function createDelivery(deps: DeliveryDeps): Delivery {
  return new PatientDelivery(deps)
}

interface Stretch {
  readonly batch: Batch
  readonly from: number
  readonly to: number
}

class PatientDelivery implements Delivery {
  private stopped = false
  private storedEvents = 0
  private quarantinedEvents = 0
  private failures = 0
  private lastError: string | undefined
  private endPause: (() => void) | undefined

  constructor(private readonly deps: DeliveryDeps) {}

  async deliver(batch: Batch): Promise<boolean> {
    return this.deliverStretch({ batch, from: 0, to: batch.events })
  }

  async deliverTogether(batches: readonly Batch[]): Promise<boolean> {
    try {
      await this.deps.store.appendAll(batches)
      for (const { events } of batches) this.storedEvents += events
      this.recovered()
      return true
    } catch (error) {
      this.failed(error)
      return false
    }
  }

  private async deliverStretch(stretch: Stretch): Promise<boolean> {
    for (let attempt = 1; !this.stopped; attempt++) {
      const error = await this.attempt(stretch)
      if (error === undefined) return true
      if (this.stopped) return false
      const blamed = this.deps.store.isDataError(error)
      if (blamed || attempt >= ATTEMPTS) {
        if (stretch.to - stretch.from > 1) return this.divide(stretch)
        if (await this.quarantine(stretch, error)) return blamed || this.secondThought(stretch)
      }
      await this.pause()
    }
    return false
  }

  private async attempt({ batch, from, to }: Stretch): Promise<unknown> {
    const whole = from === 0 && to === batch.events
    try {
      await this.deps.store.append(whole ? batch.payload : batch.slice(from, to), to - from)
      this.storedEvents += to - from
      this.recovered()
      return undefined
    } catch (error) {
      this.failed(error)
      return error ?? new Error('The store failed without an error')
    }
  }

  private async divide({ batch, from, to }: Stretch): Promise<boolean> {
    const middle = (from + to) >> 1
    return (
      (await this.deliverStretch({ batch, from, to: middle })) &&
      (await this.deliverStretch({ batch, from: middle, to }))
    )
  }

  private async quarantine({ batch, from }: Stretch, error: unknown): Promise<boolean> {
    try {
      await this.deps.store.quarantine(batch.text(from), messageOf(error))
      this.quarantinedEvents++
      this.deps.logger.warn({ err: error }, 'An event that the store refuses was quarantined')
      return true
    } catch (quarantineError) {
      this.failed(quarantineError)
      return false
    }
  }

  /** The quarantine answered, so the store is there: does it take the event now? */
  private async secondThought(stretch: Stretch): Promise<true> {
    if ((await this.attempt(stretch)) === undefined) this.quarantinedEvents--
    return true
  }

  private failed(error: unknown): void {
    this.lastError = messageOf(error)
    this.failures++
    if (this.failures > 1) return
    this.deps.logger.warn({ err: error }, 'The store took no events; they wait in the journal')
  }

  private recovered(): void {
    if (this.failures > ATTEMPTS) this.deps.logger.warn({ failures: this.failures }, 'The store takes events again')
    this.failures = 0
    this.lastError = undefined
  }

  private pause(): Promise<void> {
    const full = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(this.failures, 10), MAX_PAUSE_MS)
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, full * (0.5 + Math.random() / 2))
      timer.unref()
      this.endPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  hurry(): void {
    this.endPause?.()
  }

  stop(): void {
    this.stopped = true
    this.endPause?.()
  }

  status(): ReturnType<Delivery['status']> {
    const { storedEvents, quarantinedEvents, failures, lastError } = this
    return { storedEvents, quarantinedEvents, failures, lastError }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
