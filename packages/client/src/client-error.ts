import type { Problem } from './wire/schemas.js'

/** What can go wrong on the client's side; the README says what to do about each. */
export type ClientErrorCode =
  | 'ERR_CLIENT_ABORTED'
  | 'ERR_CLIENT_ANSWER_INVALID'
  | 'ERR_CLIENT_EXPORT_INCOMPLETE'
  | 'ERR_CLIENT_INPUT_INVALID'
  | 'ERR_CLIENT_NETWORK'
  | 'ERR_CLIENT_TIMEOUT'
  | 'ERR_CLIENT_TOKEN_FAILED'

/** What an error knows beside its code and message. */
export interface ErrorExtras {
  readonly status?: number
  readonly parameter?: string
  readonly retryAfterMs?: number
  readonly cause?: unknown
}

/** The one error that the client throws. Its message says what happened and what to do. */
export class ActrailClientError extends Error {
  override readonly name = 'ActrailClientError'
  /** The API's own code, or one of the client's, which begin with `ERR_CLIENT_`. Stable across releases. */
  readonly code: ClientErrorCode | Problem['code']
  /** HTTP status, if there was an answer. */
  readonly status: number | undefined
  /** The parameter or the member at fault, as the API names it. */
  readonly parameter: string | undefined
  /** How long the server asks to wait before the next attempt, in milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(code: ActrailClientError['code'], message: string, extras: ErrorExtras = {}) {
    super(message, 'cause' in extras ? { cause: extras.cause } : undefined)
    this.code = code
    this.status = extras.status
    this.parameter = extras.parameter
    this.retryAfterMs = extras.retryAfterMs
  }
}
