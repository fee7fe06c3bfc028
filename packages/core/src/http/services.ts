import type { EventFilter } from '../filter/filter'
import type { StoredEvent } from '../model/event'
import type { UserAgentReader } from '../model/user-agent'
import type { ApiRequest } from './message'
import type { Pins } from './pins'

/** One page of a list, newest first. */
export interface ActivityPage {
  readonly items: readonly StoredEvent[]
  /** Number of matching events; a floor when `totalRelation` is `at_least`. */
  readonly total: number
  readonly totalRelation: 'exact' | 'at_least'
  /** Opaque; absent on the last page. */
  readonly nextCursor?: string
}

/** Where a page begins. */
export interface PageRequest {
  readonly limit: number
  /** Counted from `cursor` when both are given. */
  readonly offset: number
  /** Continue below this place: a `nextCursor`, or `encodeCursor` of a `workspaceSeq`, which is itself left out. */
  readonly cursor?: string
}

/** A page across workspaces: without a total. */
export type CrossPage = Pick<ActivityPage, 'items' | 'nextCursor'>

/** The part of the query room that the API reads with. */
export interface ActivityQuery {
  list(filter: EventFilter, page: PageRequest, workspaceId: string): Promise<ActivityPage>
  /** Across all workspaces in log order, by cursor; only for `activity:admin`. */
  listAll(filter: EventFilter, page: Omit<PageRequest, 'offset'>): Promise<CrossPage>
  /** `undefined` when there is none, or when it belongs to a workspace that is not listed. */
  get(id: string, workspaceIds: readonly string[] | '*'): Promise<StoredEvent | undefined>
}

/** What the handlers of routes work with. */
export interface ApiServices {
  /** Its failures arrive as ActrailError with a code of {@link PROBLEMS}. */
  readonly query: ActivityQuery
  readonly pins: Pins
  readonly readUserAgent: UserAgentReader
  /** Milliseconds since 1970. */
  now(): number
  /** The status object behind `/health`, whole. */
  health(): Promise<{ readonly status: 'ok' | 'degraded' | 'failing' }>
  /** Whether the caller may see what `activity:admin` sees. Never rejects. */
  isAdmin(request: ApiRequest): Promise<boolean>
  /** The OpenAPI document of all routes. */
  openApi(): unknown
}
