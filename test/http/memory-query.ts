import type { ActivityQuery } from '../../packages/core/src/http/services'
import type { EventRow, StoredEvent } from '../../packages/core/src/model/event'
import { queryMemory } from '../../packages/core/src/memory-query'
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

  return { ...queryMemory(events), events, add }
}
