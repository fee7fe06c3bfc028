import type { StoredEvent } from '@actrail/core'
import { CASE_WORKSPACE, type ServedCaseApp } from './case-app'

const PAGE = 200

/** Every event of the case application's workspace, through the trail's own query, page by page. */
export async function readEvents(trail: ServedCaseApp['trail']): Promise<StoredEvent[]> {
  const events: StoredEvent[] = []
  let cursor: string | undefined
  do {
    const page = await trail.query(
      { workspace: CASE_WORKSPACE },
      { limit: PAGE, ...(cursor !== undefined && { cursor }) },
    )
    events.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return events
}
