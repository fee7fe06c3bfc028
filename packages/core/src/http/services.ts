import type { EventFilter } from '../filter/filter'
import type { EventInput, StoredEvent } from '../model/event'
import type { UserAgentReader } from '../model/user-agent'
import type { FigureReader } from '../store/read/figures'
import type { Following } from '../stream/tail'
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

/** A stretch of a list as whole lines of a CSV file. */
export interface CsvPage extends Pick<ActivityPage, 'nextCursor'> {
  /** Some lines in each. */
  readonly texts: readonly string[]
  readonly events: number
}

/** What the API reads with: lists, look-ups and figures. */
export interface ActivityQuery extends FigureReader {
  list(filter: EventFilter, page: PageRequest, workspaceId: string): Promise<ActivityPage>
  /** By cursor and without a total; `*` is all workspaces in log order, only for `activity:admin`. */
  scroll(filter: EventFilter, page: Omit<PageRequest, 'offset'>, workspaceId: string): Promise<CrossPage>
  /** The same as lines of a CSV file. */
  csv(filter: EventFilter, page: Omit<PageRequest, 'offset'>, workspaceId: string): Promise<CsvPage>
  /** The events that come, in turns; see `tail`. Rejects while the log cannot be read. */
  follow(following: Following): Promise<AsyncIterable<readonly StoredEvent[]>>
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
  /** Records an event from outside and answers its id. Rejects with `ERR_JOURNAL_UNAVAILABLE`. */
  accept(event: EventInput): Promise<string>
  /** Records an event of the log's own, such as an export. Never throws; `request` brings the client's address. */
  record(event: EventInput, request: ApiRequest): void
  /** The OpenAPI document of all routes. */
  openApi(): unknown
}
