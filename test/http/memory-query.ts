import { predicateOf } from '../../packages/core/src/filter/predicate'
import type { ActivityPage, ActivityQuery } from '../../packages/core/src/http/services'
import { csvLine } from '../../packages/core/src/model/csv'
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

  const scroll: ActivityQuery['scroll'] = async (filter, page, workspaceId) => {
    const isAll = workspaceId === '*'
    const below = startOf(page.cursor, isAll ? 'logIndex' : 'workspaceSeq')
    const rest = events
      .filter(predicateOf(filter))
      .reverse()
      .filter((event) => isAll || isOf(workspaceId)(event))
      .filter((event) => (isAll ? event.log_index : event.workspace_seq) < below)
    const items = rest.slice(0, page.limit)
    const last = rest.length > items.length ? items.at(-1) : undefined
    const place = last && (isAll ? { logIndex: last.log_index } : { workspaceSeq: last.workspace_seq })
    return { items, ...(place && { nextCursor: encodeCursor(place) }) }
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
    scroll,
    async csv(...args) {
      const { items, ...rest } = await scroll(...args)
      return { text: items.map(csvLine).join(''), events: items.length, ...rest }
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
