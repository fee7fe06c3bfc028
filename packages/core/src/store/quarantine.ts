import { isDataError } from './data-errors'
import type { Queries } from './database'
import { withRight } from './lacking-right'
import { listQuarantine, retryQuarantined } from './sql/quarantine'

/** An event that the database refused. */
export interface QuarantinedEvent {
  /** Its number in the quarantine; not the event's id, which may be what is wrong with it. */
  readonly id: string
  readonly quarantinedAt: Date
  /** What the database said. */
  readonly reason: string
  /** The text of its row, which need not be JSON. */
  readonly event: string
}

/** What became of an event that was tried again; `refused` for the reason given, and still in the quarantine. */
export type Retried =
  | { readonly id: string; readonly outcome: 'retried' | 'gone' }
  | { readonly id: string; readonly outcome: 'refused'; readonly reason: string }

/**
 * Events that the database refused. What was in their way may be gone after an upgrade.
 * Needs the rights of the owner; in the set-up `roles` the application has them not: rejects with `ERR_STORE_RIGHTS`.
 */
export interface Quarantine {
  /** Oldest first; `limit` 1–1,000, default 100; `after` is the id of the last one seen. */
  list(page?: { readonly limit?: number; readonly after?: string }): Promise<readonly QuarantinedEvent[]>
  /**
   * Puts events back on their way into the log, where each arrives once, however often it is tried. One that the log
   * refuses again comes back under another number.
   */
  retry(ids: readonly string[]): Promise<readonly Retried[]>
}

interface Row {
  readonly id: string
  readonly quarantined_at: Date
  readonly reason: string
  readonly event: string
}

const OWNER_ONLY = {
  mayNot: 'The database user may not read the quarantine',
  remedy: 'Use a connection of a user that is a member of the owner of the log.',
}

/** The quarantine of a database. */
export function createQuarantine(database: Queries): Quarantine {
  async function retryOne(id: string): Promise<Retried> {
    try {
      const rows = await withRight(OWNER_ONLY, database.query(retryQuarantined, [id]))
      return { id, outcome: rows.length > 0 ? 'retried' : 'gone' }
    } catch (error) {
      if (!isDataError(error)) throw error
      return { id, outcome: 'refused', reason: (error as Error).message }
    }
  }

  return {
    async list({ limit = 100, after = '0' } = {}) {
      const rows = await withRight(OWNER_ONLY, database.query<Row>(listQuarantine, [after, limit]))
      return rows.map(({ id, quarantined_at, reason, event }) => {
        return { id, quarantinedAt: new Date(quarantined_at), reason, event }
      })
    },
    async retry(ids) {
      const retried: Retried[] = []
      for (const id of ids) retried.push(await retryOne(id))
      return retried
    },
  }
}
