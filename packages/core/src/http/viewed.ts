import { createHash } from 'node:crypto'

import type { EventInput } from '../model/event'
import type { ApiRequest } from './message'
import type { AnyCall } from './route'

/** Where reads are recorded, and the bounds of what is remembered of them. */
export interface ViewOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Takes the event; `request` lets it add the client's address. */
  readonly record: (event: EventInput, request: ApiRequest) => void
  /** Reads remembered at most. Default: 10,000. */
  readonly capacity?: number
}

const MINUTE_MS = 60_000
// Where a page begins is not what is looked at: all pages of one list are one read.
const PAGING = new Set(['limit', 'offset', 'cursor'])

/**
 * Turns reads of the log into events: the first of each principal, filter and minute becomes `activity.viewed`. When more
 * different reads arrive in a minute than are remembered, some are recorded again; none is left out.
 *
 * @returns a function that takes a successful read and the workspace whose events it showed
 */
export function createViews({
  now,
  record,
  capacity = 10_000,
}: ViewOptions): (call: AnyCall, workspaceId: string) => void {
  const seen = new Map<string, number>()
  return (call, workspaceId) => {
    if (!call.principal) return
    const key = readKey(call, workspaceId)
    const before = seen.get(key)
    const at = now()
    // A clock that was set back must not silence reads.
    if (before !== undefined && at >= before && at - before < MINUTE_MS) return
    seen.delete(key)
    seen.set(key, at)
    if (seen.size > capacity) seen.delete(seen.keys().next().value ?? '')
    record(viewedEvent(call, workspaceId), call.request)
  }
}

/** What identifies a list for one reader, whatever page of it is asked for: a short digest. */
export function readKey({ principal, route, params, request }: AnyCall, workspaceId: string): string {
  const parts = [principal?.type ?? 'user', principal?.id, workspaceId, route.path, params, filterOf(request)]
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64')
}

/** The parameters that choose events, and not a page of them. */
export function filterOf(request: ApiRequest): Record<string, readonly string[]> {
  const filter: Record<string, readonly string[]> = {}
  for (const name of [...new Set(request.query.keys())].sort()) {
    if (!PAGING.has(name)) filter[name] = request.query.getAll(name).sort()
  }
  return filter
}

/** Who reads, and with what. */
export function readerOf({ principal, request }: AnyCall): Pick<EventInput, 'actor' | 'userAgent'> {
  const userAgent = request.headers['user-agent']
  return {
    ...(principal && {
      actor: { type: principal.type ?? 'user', id: principal.id, ...(principal.email && { email: principal.email }) },
    }),
    ...(userAgent !== undefined && { userAgent }),
  }
}

function viewedEvent(call: AnyCall, workspaceId: string): EventInput {
  const { route, params, request } = call
  const filter = filterOf(request)
  return {
    action: 'activity.viewed',
    ...readerOf(call),
    workspace: workspaceId,
    resource: { type: 'activity' },
    source: 'http',
    details: {
      endpoint: `${route.method} ${route.path}`,
      ...(Object.keys(params as object).length > 0 && { parameters: params }),
      ...(Object.keys(filter).length > 0 && { filter }),
    },
  }
}
