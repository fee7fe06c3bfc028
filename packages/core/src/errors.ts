/** Every code that an {@link ActrailError} can carry; `docs/reference/errors.md` explains each. */
export type ErrorCode =
  | 'ERR_API_FAILED'
  | 'ERR_API_SLOW'
  | 'ERR_AUTHORIZE_FAILED'
  | 'ERR_AUTHORIZE_MISSING'
  | 'ERR_BODY_INVALID'
  | 'ERR_BODY_NOT_JSON'
  | 'ERR_BODY_TOO_LARGE'
  | 'ERR_CHANGES_TOO_MANY'
  | 'ERR_CLOCK_WRONG'
  | 'ERR_CREDENTIALS_MISSING'
  | 'ERR_CREDENTIALS_REFUSED'
  | 'ERR_CURSOR_INVALID'
  | 'ERR_DATASOURCE_CLOSED'
  | 'ERR_DURATION_INVALID'
  | 'ERR_EMBEDDED_MISSING'
  | 'ERR_ENTITY_UNKNOWN'
  | 'ERR_EVENT_INVALID'
  | 'ERR_EVENT_NOT_FOUND'
  | 'ERR_FOLDER_CLAIM'
  | 'ERR_IMPORT_MAPPING'
  | 'ERR_IMPORT_SOURCE'
  | 'ERR_IMPORT_STALLED'
  | 'ERR_JOURNAL_FOLDER'
  | 'ERR_JOURNAL_FULL'
  | 'ERR_JOURNAL_UNAVAILABLE'
  | 'ERR_MANAGER_FOREIGN'
  | 'ERR_METHOD_UNKNOWN'
  | 'ERR_OFFSET_TOO_DEEP'
  | 'ERR_OPTION_INVALID'
  | 'ERR_OPTION_UNKNOWN'
  | 'ERR_PARAMETER_CONFLICT'
  | 'ERR_PARAMETER_INVALID'
  | 'ERR_PARAMETER_REPEATED'
  | 'ERR_PARAMETER_UNKNOWN'
  | 'ERR_PERMISSION_MISSING'
  | 'ERR_REBUILD_RUNNING'
  | 'ERR_ROUTE_UNKNOWN'
  | 'ERR_SEARCH_UNAVAILABLE'
  | 'ERR_STORE_CLUSTER'
  | 'ERR_STORE_CRASHED'
  | 'ERR_STORE_CREDENTIALS'
  | 'ERR_STORE_FOLDER'
  | 'ERR_STORE_LOCKED'
  | 'ERR_STORE_MISSING'
  | 'ERR_STORE_RIGHTS'
  | 'ERR_STORE_UNAVAILABLE'
  | 'ERR_STORE_UNREACHABLE'
  | 'ERR_STORE_VERSION'
  | 'ERR_TRAIL_STOPPED'
  | 'ERR_WORKSPACE_AMBIGUOUS'
  | 'ERR_WORKSPACE_FORBIDDEN'

/**
 * The one error class of this project. `message` says what happened and what to do about it, `code` is stable across
 * releases, `cause` keeps the original error.
 */
export class ActrailError extends Error {
  override readonly name = 'ActrailError'
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options)
  }
}
