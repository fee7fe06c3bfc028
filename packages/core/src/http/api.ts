import type { EventInput, StoredEvent } from '../model/event'
import type { Authorize } from './authorize'
import type { ApiRequest, ApiResponse } from './message'

/** One page of a list, newest first. */
export interface ActivityPage {
  readonly items: readonly StoredEvent[]
  /** Number of matching events; a floor when `totalRelation` is `at_least`. */
  readonly total: number
  readonly totalRelation: 'exact' | 'at_least'
  /** Opaque; absent on the last page. */
  readonly nextCursor?: string
}

/** Where a page begins. `offset` counts from `cursor` when both are given. */
export interface PageRequest {
  readonly limit: number
  readonly offset: number
  /** Continue below this place: a `nextCursor`, or `encodeCursor` of a `workspaceSeq` that is itself left out. */
  readonly cursor?: string
}

/** The part of the query room that the API reads with. */
export interface ActivityQuery<Filter> {
  list(filter: Filter, page: PageRequest, workspaceId: string): Promise<ActivityPage>
  /** Across all workspaces in log order, by cursor, without a total; only for `activity:admin`. */
  listAll?(filter: Filter, page: PageRequest): Promise<Pick<ActivityPage, 'items' | 'nextCursor'>>
  /** `undefined` when there is none, or when it belongs to a workspace that is not listed. */
  get(id: string, workspaceIds: readonly string[] | '*'): Promise<StoredEvent | undefined>
}

export interface ApiDependencies<Filter> {
  readonly query: ActivityQuery<Filter>
  /** Status for `/health`; its `status` member (`ok` or `degraded`) is public, the rest needs `activity:admin`. */
  readonly health: () => unknown
  /** Takes the `activity.viewed` event of a read; `request` lets the caller add address and user agent. */
  readonly viewed: (event: EventInput, request: ApiRequest) => void
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export interface ApiOptions {
  /** Without it every data endpoint refuses. */
  readonly authorize?: Authorize
  /** After how long an unanswered request gets 503, in milliseconds. Default: 10,000. */
  readonly timeoutMs?: number
}

/** The mounted API. */
export interface Api {
  /** Answers one request. Never rejects; what it swallowed is counted in {@link Api.status}. */
  handle(request: ApiRequest): Promise<ApiResponse>
  /** Whether some method of this path is the API's; lets a router pass on what is not. */
  knows(path: string): boolean
  status(): ApiStatus
}

export interface ApiStatus {
  /** Reads that the store failed or that ran out of time. */
  readonly storeFailures: number
  readonly authorizeFailures: number
  /** Anything else that was swallowed: a bug worth reporting. */
  readonly internalFailures: number
  readonly lastError?: string
}
