import { setTimeout as wait } from 'node:timers/promises'
import type { EventFilter } from './filter/filter'
import { predicateOf } from './filter/predicate'
import type { ActivityQuery } from './http/services'
import { figuresOfMemory } from './memory-figures'
import { csvLine } from './model/csv'
import { decodeCursor, encodeCursor } from './model/cursor'
import type { StoredEvent } from './model/event'
import { ALL_WORKSPACES } from './model/workspaces'
import type { Following } from './stream/tail'

type Log = readonly StoredEvent[]

/** Reads a log in memory, oldest first, with the answers of the real one. */
export function queryMemory(log: Log): ActivityQuery {
  const scroll = scrollOf(log)
  return {
    ...figuresOfMemory(log),
    scroll,
    list: async (filter, { offset, ...page }, workspaceId) => {
      const all = newestFirst(log, filter, workspaceId)
      const rest = all.filter((event) => event.workspace_seq < placeIn(page.cursor, 'workspaceSeq')).slice(offset)
      return { ...firstOf(rest, page.limit, workspaceId), total: all.length, totalRelation: 'exact' }
    },
    follow: async (following) => followMemory(log, following),
    csv: async (...args) => {
      const { items, ...rest } = await scroll(...args)
      return { texts: items.map(csvLine), events: items.length, ...rest }
    },
    get: async (id, workspaceIds) =>
      log.find((event) => event.id === id && (workspaceIds === '*' || workspaceIds.includes(event.workspace_id))),
  }
}

function scrollOf(log: Log): ActivityQuery['scroll'] {
  return async (filter, { limit, cursor }, workspaceId) => {
    const rest = newestFirst(log, filter, workspaceId).filter((event) =>
      workspaceId === ALL_WORKSPACES
        ? event.log_index < placeIn(cursor, 'logIndex')
        : event.workspace_seq < placeIn(cursor, 'workspaceSeq'),
    )
    return firstOf(rest, limit, workspaceId)
  }
}

function newestFirst(log: Log, filter: EventFilter, workspaceId: string): StoredEvent[] {
  const isWanted = predicateOf(filter)
  return log.filter((event) => [event.workspace_id, ALL_WORKSPACES].includes(workspaceId) && isWanted(event)).reverse()
}

// A cursor of another list, or none, begins at the newest.
function placeIn(cursor: string | undefined, unit: 'workspaceSeq' | 'logIndex'): number {
  const place: Record<string, number> = { ...(cursor !== undefined && decodeCursor(cursor)) }
  return place[unit] ?? Infinity
}

function firstOf(rest: Log, limit: number, workspaceId: string) {
  const items = rest.slice(0, limit)
  const last = items.at(-1)
  if (rest.length <= limit || last === undefined) return { items }
  const place = workspaceId === ALL_WORKSPACES ? { logIndex: last.log_index } : { workspaceSeq: last.workspace_seq }
  return { items, nextCursor: encodeCursor(place) }
}

const LOOK_MS = 20

/** By looking; see `tail`. */
async function* followMemory(
  log: Log,
  { workspaceId, filter, after, signal, waitMs }: Following,
): AsyncGenerator<readonly StoredEvent[], void, undefined> {
  const isWanted = predicateOf(filter)
  let at = after === undefined ? log.length : after.log_index + 1
  let silentMs = 0
  while (!signal.aborted) {
    const turn = log
      .slice(at)
      .filter((event) => [event.workspace_id, ALL_WORKSPACES].includes(workspaceId) && isWanted(event))
    at = log.length
    if (turn.length > 0 || silentMs >= waitMs) {
      silentMs = 0
      yield turn
    }
    silentMs += LOOK_MS
    await wait(LOOK_MS, undefined, { ref: false, signal }).catch(() => undefined)
  }
}
