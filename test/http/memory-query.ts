import { predicateOf } from '../../packages/core/src/filter/predicate'
import type { ActivityPage, ActivityQuery } from '../../packages/core/src/http/services'
import { decodeCursor, encodeCursor } from '../../packages/core/src/model/cursor'
import type { EventRow, StoredEvent } from '../../packages/core/src/model/event'
import { createIds } from '../../packages/core/src/model/id'
import { verbOf } from '../../packages/core/src/model/action'

/** What a test gives of an event; the rest is made up. */
export type EventSketch = Partial<EventRow> & Pick<EventRow, 'action'>

/** A log in memory with the answers of the real query: numbers by workspace, newest first, cursors that exclude themselves. */
export interface MemoryLog extends ActivityQuery {
  add(sketch: EventSketch): StoredEvent
  readonly events: readonly StoredEvent[]
}

/** An empty log. */
export function createMemoryLog(): MemoryLog {
  const events: StoredEvent[] = []
  const ids = createIds()
  const isOf = (workspaceId: string) => (event: StoredEvent) => event.workspace_id === workspaceId

  function add(sketch: EventSketch): StoredEvent {
    const workspaceId = sketch.workspace_id ?? 'default'
    const event: StoredEvent = {
      v: 1,
      id: ids.next(),
      occurred_at: Date.UTC(2025, 0, 1) + events.length * 1_000,
      workspace_id: workspaceId,
      verb: verbOf(sketch.action, sketch.result),
      result: 'success',
      source: 'record',
      log_index: events.length,
      workspace_seq: events.filter(isOf(workspaceId)).length,
      recorded_at: Date.UTC(2025, 0, 1) + events.length * 1_000,
      leaf_hash: '00'.repeat(32),
      ...sketch,
    }
    events.push(event)
    return event
  }

  return {
    events,
    add,
    async list(filter, page, workspaceId): Promise<ActivityPage> {
      const matching = events.filter(isOf(workspaceId)).filter(predicateOf(filter)).reverse()
      const below = startOf(page.cursor, 'workspaceSeq')
      const rest = matching.filter((event) => event.workspace_seq < below).slice(page.offset)
      const items = rest.slice(0, page.limit)
      const last = rest.length > items.length ? items.at(-1) : undefined
      return {
        items,
        total: matching.length,
        totalRelation: 'exact',
        ...(last && { nextCursor: encodeCursor({ workspaceSeq: last.workspace_seq }) }),
      }
    },
    async listAll(filter, page) {
      const below = startOf(page.cursor, 'logIndex')
      const rest = events
        .filter(predicateOf(filter))
        .reverse()
        .filter((event) => event.log_index < below)
      const items = rest.slice(0, page.limit)
      const last = rest.length > items.length ? items.at(-1) : undefined
      return { items, ...(last && { nextCursor: encodeCursor({ logIndex: last.log_index }) }) }
    },
    async get(id, workspaceIds) {
      return events.find(
        (event) => event.id === id && (workspaceIds === '*' || workspaceIds.includes(event.workspace_id)),
      )
    },
  }
}

function startOf(cursor: string | undefined, member: 'workspaceSeq' | 'logIndex'): number {
  const place = cursor === undefined ? undefined : decodeCursor(cursor)
  return place ? ((place as Record<string, number>)[member] ?? Infinity) : Infinity
}
