import { sqlState } from './data-errors'
import type { Queries } from './database'
import type { ShardKeeper } from './shards'
import { sequenceStep } from './sql/sequence'

/** How much one step takes: batches are taken until one of these is reached. */
export interface StepLimits {
  /** Default: 4,000. */
  readonly events: number
  /** Default: 4 MiB. */
  readonly bytes: number
}

/** Which batches a step takes: the oldest, unless one is named. */
export interface StepChoice {
  /** The only one. */
  readonly batch?: number
  /** The lowest one; default: 0. */
  readonly from?: number
}

/** What one step did. */
export interface Step {
  readonly batches: number
  /** Events in those batches. */
  readonly events: number
  /** Events that the log did not hold yet. */
  readonly stored: number
  /** Place of the first one stored, and the place after the last one; null when none was. */
  readonly first_index: number | null
  readonly next_index: number | null
  /** Number of the highest batch taken; null when none was. */
  readonly last_batch: number | null
  /** Events in the batches that were left for the next step, as far as they were looked at. */
  readonly waiting: number
}

const SHARD_MOVED = 'ACT01'
const ID_TOO_OLD = 'ACT02'

/**
 * Runs the one statement, on one given batch or on the oldest; when the database says that the shards it names are out
 * of date, names others and runs it again. `queries` must leave no failed transaction behind.
 */
export function createStep(
  queries: Queries,
  shards: ShardKeeper,
  channel: string,
): (limits: StepLimits, choice?: StepChoice) => Promise<Step> {
  return async function run(limits, { batch, from = 0 } = {}): Promise<Step> {
    for (let attempt = 1; ; attempt++) {
      const named = await shards.named()
      try {
        const parameters = [limits.events, limits.bytes, named.oldestId, channel, batch ?? null, from]
        const [step] = await queries.query<Step>(sequenceStep(named), parameters)
        if (!step) throw new Error('the sequencer statement gave no answer')
        return step
      } catch (error) {
        if (attempt === 5) throw error
        if (sqlState(error) === SHARD_MOVED) shards.forget()
        else if (sqlState(error) === ID_TOO_OLD) shards.lookBackTo(timeOfDetail(error))
        else throw error
      }
    }
  }
}

// the first 48 bits of a UUIDv7 are its time
function timeOfDetail(error: unknown): number {
  const { detail } = error as { detail?: string }
  return Number.parseInt((detail ?? '0').replaceAll('-', '').slice(0, 12), 16)
}
