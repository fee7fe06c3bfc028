/**
 * A request as every framework hands it to the API: nothing of it is specific to one of them.
 * `toApiRequest` makes one from `node:http`.
 */
export interface ApiRequest {
  /** Upper-case HTTP method. */
  readonly method: string
  /** Path below the mount point, percent-encoded as it came, such as `/workspaces/acme/activity`. */
  readonly path: string
  readonly query: URLSearchParams
  /** Header values by lower-case name; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The body as JSON, read when asked for. Rejects with `ERR_BODY_…` when it is too large or none. Default: there is none. */
  readonly body?: () => Promise<unknown>
  /** The prefix that the API is mounted under, such as `/api/v1`, for links. Default: none. */
  readonly mount?: string
  /** What the framework calls the request (Express `req`, Koa `ctx`); for `authorize`, never read by the API itself. */
  readonly native?: unknown
}

/** What the API answers. `send` writes one to a `node:http` response. */
export interface ApiResponse {
  readonly status: number
  /** Values by lower-case name, `content-length` included. */
  readonly headers: Readonly<Record<string, string>>
  /** Whole, or written as it comes: then it is asked for more only as fast as the client reads, and ended with it. */
  readonly body: string | Buffer | AsyncIterable<string | Buffer>
}
