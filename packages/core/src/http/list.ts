import type { EventFilter } from '../filter/filter'
import { decodeCursor, encodeCursor } from '../model/cursor'
import type { StoredEvent } from '../model/event'
import { ALL_WORKSPACES, SYSTEM_WORKSPACE } from '../model/workspaces'
import type { Answer } from './answer'
import { linkHeader } from './links'
import { problem, type Problem } from './problem'
import type { Call } from './route'
import type { ActivityPage, ApiServices, CrossPage, PageRequest } from './services'
import { readKey } from './viewed'

/** The values of the parameters `paging`. */
export interface Paging {
  readonly limit: number
  readonly offset: number
  readonly cursor?: string | undefined
}

/** A page as a list's shape sees it. `total` is `null` across workspaces. */
export interface ShownPage<Entry> extends Pick<Paging, 'limit' | 'offset'> {
  readonly items: readonly Entry[]
  readonly total: number | null
  /** Only when `total` is a floor. */
  readonly total_relation?: 'at_least'
  readonly next_cursor: string | null
}

/** Which events a list shows, and how. */
export interface ListPlan<Entry> {
  readonly filter: EventFilter
  /** One event as an entry. */
  readonly show: (event: StoredEvent) => Entry
  /** The page as the answer's JSON. */
  readonly shape: (page: ShownPage<Entry>) => unknown
}

/** Answers a list: one page of one workspace (or of all), with its total and its links. */
export async function answerList<Entry>(
  call: Call<unknown, Paging>,
  services: ApiServices,
  { filter, show, shape }: ListPlan<Entry>,
): Promise<Answer | Problem> {
  const { workspaceId = '', query } = call
  const fault = pagingFault(query, workspaceId)
  if (fault) return fault
  const page: CrossPage & Partial<ActivityPage> =
    workspaceId === ALL_WORKSPACES
      ? await services.query.scroll(filter, { limit: query.limit, ...placeOf(query) }, ALL_WORKSPACES)
      : await pinnedList(call, services, filter)
  const { items, total, totalRelation = 'exact', nextCursor } = page
  const shown = shape({
    items: items.map(show),
    total: total ?? null,
    limit: query.limit,
    offset: query.offset,
    ...(totalRelation === 'at_least' && { total_relation: totalRelation }),
    next_cursor: nextCursor ?? null,
  })
  return {
    kind: 'answer',
    value: shown,
    headers: {
      ...(total !== undefined && { 'x-total-count': String(total), 'x-total-relation': totalRelation }),
      link: linkHeader(call, nextCursor),
    },
    reads: workspaceId === ALL_WORKSPACES ? SYSTEM_WORKSPACE : workspaceId,
  }
}

/** Offset pages count from where the first page of the same list began; see {@link Pins}. */
async function pinnedList(
  call: Call<unknown, Paging>,
  { query, pins }: ApiServices,
  filter: EventFilter,
): Promise<ActivityPage> {
  const { workspaceId = '', query: paging } = call
  const { limit, offset } = paging
  const key = readKey(call, workspaceId)
  const pin = offset > 0 ? pins.get(key) : undefined
  const cursor = paging.cursor ?? pin
  const page = await query.list(filter, { limit, offset, ...(cursor !== undefined && { cursor }) }, workspaceId)
  const [newest] = page.items
  if (offset === 0 && paging.cursor === undefined && newest) {
    pins.set(key, encodeCursor({ workspaceSeq: newest.workspace_seq + 1 }))
  }
  return page
}

function placeOf({ cursor }: Paging): Pick<PageRequest, 'cursor'> {
  return cursor === undefined ? {} : { cursor }
}

function pagingFault({ cursor, offset }: Paging, workspaceId: string): Problem | undefined {
  if (offset > 0 && (cursor !== undefined || workspaceId === ALL_WORKSPACES)) {
    const other = cursor === undefined ? '"workspace=*"' : '"cursor"'
    return problem('ERR_PARAMETER_CONFLICT', `"offset" does not go together with ${other}.`, {
      parameter: 'offset',
      remedy: 'Leave "offset" out, and continue with the cursor of the page before.',
    })
  }
  if (cursor === undefined) return undefined
  const place = decodeCursor(cursor)
  const isOurs = place !== undefined && (workspaceId === ALL_WORKSPACES) === 'logIndex' in place
  if (isOurs) return undefined
  return problem('ERR_CURSOR_INVALID', 'This cursor was not given out by this list.', {
    parameter: 'cursor',
    remedy: 'Leave it out to start at the newest entry, or take one from `Link` or `next_cursor`.',
  })
}
