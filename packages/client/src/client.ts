import type { ExportQuery } from './export-file.js'
import type { StreamOptions, StreamQuery } from './follow.js'
import type { ActivityPage, ActivityQuery } from './pages.js'
import type { ExportFormat } from './records.js'
import type { Operations } from './wire/operations.js'
import type { ActivityEvent, NewEvent } from './wire/schemas.js'

/** How the API is reached. */
export interface ClientOptions {
  /** Where the API is mounted, such as `https://app.example/api/v1`; in a page also relative to it, such as `/api/v1`. */
  readonly baseUrl: string
  /** The bearer token, or what fetches it: called for each request, and once again when the API answers 401. */
  readonly token?: string | (() => string | Promise<string>) | undefined
  /** The workspace to ask about where a call names none. Needed when the token reaches several. */
  readonly workspace?: string | undefined
  /** Headers of every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Used in place of the global `fetch`. */
  readonly fetch?: typeof fetch | undefined
  /** How often a request is tried again while the network or the server fails; 0 to 20. Default: 3. */
  readonly retries?: number | undefined
  /** How long one attempt may take, and how long an export may be silent, in milliseconds. Default: 30,000. */
  readonly timeoutMs?: number | undefined
}

/** What every call takes. */
export interface CallOptions {
  /** Ends the call: it then throws ERR_CLIENT_ABORTED. */
  readonly signal?: AbortSignal | undefined
}

/** How a file is exported. */
export interface ExportOptions extends CallOptions {
  readonly format: ExportFormat
}

type Query<Name extends keyof Operations> = Operations[Name] extends { readonly query: infer Asked } ? Asked : never
type Answer<Name extends keyof Operations> = Promise<Operations[Name]['answer']>

/** A call that reads one endpoint, in the client's workspace or the one that the query names. */
export type Reading<Name extends keyof Operations> = (query?: Query<Name>, options?: CallOptions) => Answer<Name>

/** Reads and writes an activity log over HTTP. Every call throws {@link ActrailClientError}, and nothing else. */
export interface Client {
  /** One page of activity, newest first. */
  list(query?: ActivityQuery, options?: CallOptions): Promise<ActivityPage>
  /** Every event that the query finds, newest first; pages are asked for as they are taken. */
  all(query?: ActivityQuery, options?: CallOptions): AsyncIterable<ActivityEvent>
  /** One event by its id, with or without `evt_`. Throws ERR_EVENT_NOT_FOUND. */
  get(id: string, options?: CallOptions): Promise<ActivityEvent>
  /**
   * Events as they come, oldest first, each once, until it is left or its signal ends it. Connects again by itself as long
   * as it takes; throws when the first connection fails, or the API refuses.
   */
  stream(query?: StreamQuery, options?: StreamOptions): AsyncIterable<ActivityEvent>
  /**
   * A file of all events that the query finds, in pieces. Goes on after a broken connection where it was; throws
   * ERR_CLIENT_EXPORT_INCOMPLETE when it cannot, and never ends early without an error.
   */
  export(query: ExportQuery | undefined, options: ExportOptions): AsyncIterable<Uint8Array>
  /** Records an event and resolves to its id. The id is made before it is sent, so that an event sent twice is one. */
  record(event: NewEvent, options?: CallOptions & { readonly workspace?: string | undefined }): Promise<string>
  /** One page of the activity of a workspace, newest first. */
  workspaceActivity(
    workspaceId: string,
    query?: Query<'listWorkspaceActivity'>,
    options?: CallOptions,
  ): Answer<'listWorkspaceActivity'>
  /** One page of the activity of an issue, newest first. */
  issueActivity(
    issue: { readonly workspaceId: string; readonly issueId: string },
    query?: Query<'listIssueActivity'>,
    options?: CallOptions,
  ): Answer<'listIssueActivity'>
  /** One page of what one user did, newest first. */
  userActivity(userId: string, query?: Query<'listUserActivity'>, options?: CallOptions): Answer<'listUserActivity'>
  /** One page of the audit log, newest first. */
  readonly auditLogs: Reading<'listAuditLogs'>
  /** What happened: by verb, action, result and type of resource, and by how many users. */
  readonly summary: Reading<'summariseActivity'>
  /** What one user did, in the same way, and over time. */
  userSummary(userId: string, query?: Query<'summariseUser'>, options?: CallOptions): Answer<'summariseUser'>
  /** How much happened in each hour or on each day, by the clocks of a time zone. */
  readonly timeline: Reading<'readTimeline'>
  /** How much happened in each hour of the week, by the clocks of a time zone. */
  readonly peakHours: Reading<'readPeakHours'>
  /** The resources with the most activity, or with the most changes. */
  readonly resourceRanking: Reading<'rankResources'>
  /** How many users were active, and the most or the least active of them. */
  readonly userRanking: Reading<'rankUsers'>
  /** Users that were seen before and not lately, who is gone for longest first. */
  readonly inactiveUsers: Reading<'listInactiveUsers'>
}
