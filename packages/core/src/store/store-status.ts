import { sqlState } from './data-errors'
import type { Queries } from './database'
import { oldestWaiting, storeStatus } from './sql/status'

/** Figures of the database. */
export interface StoreStatus {
  /** Stored, but not yet in the log. */
  readonly waitingEvents: number
  readonly waitingBatches: number
  /** Events in the log, which is also the next log index. */
  readonly sequencedEvents: number
  /** The open shard. */
  readonly shard: number
  /** Events that the rollups hold. */
  readonly rolledUpEvents: number
  /** Events that the log refused. */
  readonly quarantinedEvents: number
  /** When the first of the waiting events happened, in ms since 1970; undefined when none waits, or this role may not read them. */
  readonly oldestWaitingAt: number | undefined
  /** Of Postgres, such as `18.1`. */
  readonly serverVersion: string
}

/** Reads the figures: a few look-ups, however large the log is. */
export async function readStatus(database: Queries): Promise<StoreStatus> {
  const [row] = await database.query<Row>(storeStatus)
  const waitingEvents = row?.waiting_events ?? 0
  return {
    waitingEvents,
    waitingBatches: row?.waiting_batches ?? 0,
    sequencedEvents: row?.next_index ?? 0,
    shard: row?.shard ?? 0,
    rolledUpEvents: row?.rolled_up ?? 0,
    quarantinedEvents: row?.quarantined ?? 0,
    oldestWaitingAt: waitingEvents === 0 ? undefined : await readOldest(database),
    serverVersion: row?.server_version ?? '',
  }
}

interface Row {
  waiting_events: number
  waiting_batches: number
  next_index: number
  shard: number
  rolled_up: number
  quarantined: number
  server_version: string
}

async function readOldest(database: Queries): Promise<number | undefined> {
  try {
    return (await database.query<{ at: number }>(oldestWaiting))[0]?.at
  } catch (error) {
    if (sqlState(error) === MAY_NOT) return undefined
    throw error
  }
}

/** A role that sends and reads, but does not sequence, sees how much waits and not what. */
const MAY_NOT = '42501'
