import type { EventFilter } from './filter/filter'
import type { ActivityQuery } from './http/services'
import { ActrailError } from './errors'
import type { StoredEvent } from './model/event'
import { readId } from './model/id'
import { ALL_WORKSPACES } from './model/workspaces'

/** Where a stream begins and when it ends. */
export interface StreamOptions {
  /** Begin behind the event with this id, the last one that was had. Default: with what comes. */
  readonly after?: string
  /** Ends the stream. */
  readonly signal?: AbortSignal
}

/** An empty turn of the feed, in ms: nobody sees it here. */
const WAIT_MS = 60_000

/** The events that come, one by one; see `AuditTrail.stream`. */
export async function* streamed(
  query: Pick<ActivityQuery, 'follow' | 'get'>,
  { workspace: workspaceId, ...filter }: EventFilter & { readonly workspace: string },
  { after, signal }: StreamOptions = {},
): AsyncGenerator<StoredEvent, void, undefined> {
  const ending = new AbortController()
  const end = (): void => ending.abort()
  if (signal?.aborted) return
  signal?.addEventListener('abort', end)
  try {
    const behind = after === undefined ? undefined : await eventOf(query, workspaceId, after)
    const following = { workspaceId, filter, signal: ending.signal, waitMs: WAIT_MS, ...(behind && { after: behind }) }
    for await (const turn of await query.follow(following)) yield* turn
  } finally {
    signal?.removeEventListener('abort', end)
    end()
  }
}

async function eventOf(query: Pick<ActivityQuery, 'get'>, workspaceId: string, id: string): Promise<StoredEvent> {
  const uuid = readId(id)
  const event =
    uuid === undefined ? undefined : await query.get(uuid, workspaceId === ALL_WORKSPACES ? '*' : [workspaceId])
  if (event) return event
  throw new ActrailError(
    'ERR_CURSOR_INVALID',
    `There is no event ${id} in the workspace ${workspaceId} to begin behind: give the id of the last event that was had, or none.`,
  )
}
