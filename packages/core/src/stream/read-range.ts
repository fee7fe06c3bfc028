import type { FilterTerms } from '../filter/filter'
import type { StoredEvent } from '../model/event'
import { LOG_PATH } from '../store/read/access-path'
import type { EventReader, Range } from '../store/read/event-reader'

/** What of a range is wanted. */
export interface Wanted {
  /** Absent: the whole log, whose places are log indexes. */
  readonly workspaceId?: string
  readonly terms?: FilterTerms
}

/** The events in a range of places, oldest first. */
export async function readRange(
  reader: Pick<EventReader, 'page' | 'shardsBelow'>,
  { first, last }: Range,
  { workspaceId, terms = {} }: Wanted = {},
): Promise<readonly StoredEvent[]> {
  const shards = await reader.shardsBelow(workspaceId, last + 1)
  const spans = shards
    .filter((span) => span.last >= first)
    .map((span) => ({ ...span, first: Math.max(span.first, first), last: Math.min(span.last, last) }))
  if (spans.length === 0) return []
  const found = await reader.page({ workspaceId, spans, path: LOG_PATH, terms, limit: last - first + 1 })
  return (found ?? []).reverse()
}
