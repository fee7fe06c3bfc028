/** Every code that an {@link ActrailError} can carry; `docs/reference/errors.md` explains each. */
export type ErrorCode = 'ERR_OPTION_UNKNOWN' | 'ERR_OPTION_INVALID'

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
