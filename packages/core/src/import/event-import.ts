import { ActrailError } from '../errors'
import { encodeRow } from '../ledger/row'
import { timeOfId } from '../model/id'
import type { AppendedBatch } from '../store/append'
import type { ImportLog } from './import-log'
import { createInFlight, type InFlight } from './in-flight'
import type { MappedRow } from './row-mapper'

/** A row on its way in: what it is for whoever reads the table, and the event that it becomes or why it becomes none. */
export interface ImportRow<Origin> {
  readonly origin: Origin
  readonly made: MappedRow | { readonly reason: string }
}

/** What became of the rows so far. */
export interface ImportCounts {
  /** Rows that were looked at. */
  readonly rows: number
  /** Events that were not in the log before and are now: each was looked for there. */
  readonly added: number
  /** Rows whose event was in the log already, or came twice. */
  readonly known: number
  /** Rows that cannot be events, and events that the log refused. */
  readonly refused: number
}

/** How rows are imported. */
export interface ImportOptions<Origin> {
  /** Events of one batch, 1–500. Default: 500. */
  readonly batch?: number
  /** Called for each row that is not in the log in the end, with the reason. What it throws ends the import. */
  readonly onRefused: (origin: Origin, reason: string) => Promise<void> | void
  /** Called now and then. */
  readonly onProgress?: (counts: ImportCounts) => void
  /** Aborted, it ends the import after what is under way. */
  readonly signal?: AbortSignal
}

const BATCH_EVENTS = 500
/** What is looked up and sent at once. */
const WINDOW = { batches: 8, bytes: 4 * 1024 * 1024 }
const BATCH_BYTES = 512 * 1024

/** An id is looked for in the shards since its time: one that is further ahead would not be found again. */
const AHEAD_MS = 5 * 60_000

interface Draft<Origin> {
  readonly origin: Origin
  readonly id: string
  readonly text: string
}

/**
 * Puts events into the log through its inbox, each once however often their rows are imported: what the log holds is not
 * sent, what comes twice at the same time is dropped by the sequencer. A window of rows is looked up, sent, waited for
 * and looked up again, a few windows at a time, so that memory and the inbox stay small whatever the size of the table.
 *
 * Rejects with what reading the rows, the log or `onRefused` throws. Whatever was sent until then is kept, and a second
 * run goes on from there.
 */
export async function importEvents<Origin>(
  rows: AsyncIterable<ImportRow<Origin>>,
  log: ImportLog,
  options: ImportOptions<Origin>,
): Promise<ImportCounts> {
  const running = new EventImport(log, options)
  try {
    for await (const row of rows) {
      if (options.signal?.aborted === true) break
      await running.take(row)
    }
    return await running.end()
  } finally {
    await running.ended()
  }
}

/** One import: collects windows, sends them, counts. */
class EventImport<Origin> {
  private readonly counts = { rows: 0, added: 0, known: 0, refused: 0 }
  private readonly inFlight: InFlight<Draft<Origin>>
  private readonly batch: number
  private window: Draft<Origin>[] = []
  private bytes = 0

  constructor(
    private readonly log: ImportLog,
    private readonly options: ImportOptions<Origin>,
  ) {
    this.batch = options.batch ?? BATCH_EVENTS
    this.inFlight = createInFlight<Draft<Origin>>(log, {
      arrived: (events) => void (this.counts.added += events),
      missing: ({ origin }) => this.refuse(origin, 'the log refused it: see "actrail quarantine list"'),
    })
  }

  async take({ origin, made }: ImportRow<Origin>): Promise<void> {
    this.counts.rows++
    const draft = 'reason' in made ? made : this.draft(origin, made)
    if ('reason' in draft) return this.refuse(origin, draft.reason)
    this.window.push(draft)
    this.bytes += draft.text.length
    if (this.window.length >= this.batch * WINDOW.batches || this.bytes >= WINDOW.bytes) await this.send()
  }

  async end(): Promise<ImportCounts> {
    await this.send()
    await this.inFlight.settled()
    this.options.onProgress?.({ ...this.counts })
    return this.counts
  }

  /** Resolves when nothing is under way any more, whatever became of it. */
  ended(): Promise<void> {
    return this.inFlight.ended()
  }

  /** The event as it is stored, or why it cannot be. */
  private draft(origin: Origin, { id, event }: MappedRow): Draft<Origin> | { readonly reason: string } {
    if (timeOfId(id) > this.log.now() + AHEAD_MS) return { reason: 'its time has not come yet' }
    try {
      return { origin, id, text: encodeRow(this.log.normalise({ ...event, id })) }
    } catch (error) {
      if (error instanceof ActrailError && error.code === 'ERR_EVENT_INVALID') return { reason: error.message }
      throw error
    }
  }

  private async refuse(origin: Origin, reason: string): Promise<void> {
    this.counts.refused++
    await this.options.onRefused(origin, reason)
  }

  private async send(): Promise<void> {
    const drafts = this.window
    this.window = []
    this.bytes = 0
    const fresh = await this.unknown(drafts)
    this.counts.known += drafts.length - fresh.size
    if (fresh.size > 0) {
      await this.inFlight.room()
      await this.log.appendAll(batchesOf([...fresh.values()], this.batch))
      this.log.wake(fresh.size)
      this.inFlight.add(fresh)
    }
    this.options.onProgress?.({ ...this.counts })
  }

  /** What the log does not hold. */
  private async unknown(drafts: readonly Draft<Origin>[]): Promise<ReadonlyMap<string, Draft<Origin>>> {
    // First what is on its way, then what has arrived: in the other order something could arrive between the two looks.
    const fresh = new Map<string, Draft<Origin>>()
    for (const draft of drafts) if (!this.inFlight.has(draft.id) && !fresh.has(draft.id)) fresh.set(draft.id, draft)
    for (const id of await this.log.knownIds([...fresh.keys()])) fresh.delete(id)
    return fresh
  }
}

function batchesOf<Origin>(drafts: readonly Draft<Origin>[], most: number): AppendedBatch[] {
  const batches: AppendedBatch[] = []
  let texts: string[] = []
  let bytes = 0
  const close = (): void => {
    if (texts.length > 0) batches.push({ payload: Buffer.from(`[${texts.join(',')}]`), events: texts.length })
    texts = []
    bytes = 0
  }
  for (const { text } of drafts) {
    texts.push(text)
    bytes += text.length
    if (texts.length >= most || bytes >= BATCH_BYTES) close()
  }
  close()
  return batches
}
