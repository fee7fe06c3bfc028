import { ActrailError } from '../errors'
import { isProblemCode, problem, type Problem, type ProblemCode } from './problem'

/** What the API swallowed so far. */
export interface ApiStatus {
  /** Reads that the store failed or that ran out of time. */
  readonly storeFailures: number
  /** Times that `authorize` threw or returned what it may not. */
  readonly authorizeFailures: number
  /** Anything else: a bug worth reporting. */
  readonly internalFailures: number
  readonly lastError?: string
}

/** Counts failures and gives each the problem that its caller may see: nothing of the error itself. */
export interface Failures {
  /** The problem for whatever was thrown. */
  problemOf(error: unknown): Problem
  status(): ApiStatus
}

const RETRY = { 'retry-after': '5' }

/** What the rooms below may refuse of a request, in the words of its parameters. */
const REFUSED: Partial<Record<ProblemCode, Problem>> = {
  ERR_CURSOR_INVALID: problem('ERR_CURSOR_INVALID', 'This cursor was not given out by this list.', {
    parameter: 'cursor',
    remedy: 'Leave it out to start at the newest entry.',
  }),
  ERR_BODY_INVALID: problem('ERR_BODY_INVALID', 'The body is not well-formed JSON, or broke off.', {
    parameter: 'body',
    remedy: 'Send one JSON object.',
  }),
  ERR_BODY_TOO_LARGE: problem('ERR_BODY_TOO_LARGE', 'The body is larger than 1 MiB.', {
    parameter: 'body',
    remedy: 'Leave out what is not needed to understand the event.',
  }),
  ERR_BODY_NOT_JSON: problem('ERR_BODY_NOT_JSON', 'The body does not call itself JSON.', {
    parameter: 'body',
    remedy: 'Send content-type: application/json, not compressed.',
  }),
  ERR_OFFSET_TOO_DEEP: problem(
    'ERR_OFFSET_TOO_DEEP',
    'Counting down to this offset of a filtered list takes too long.',
    {
      parameter: 'offset',
      remedy: 'Continue with the cursor of the page before, or narrow the filter by a time range.',
    },
  ),
}

/** What a caller sees of failures that have a code of their own. */
const SHOWN: Partial<Record<ProblemCode, Problem>> = {
  ERR_AUTHORIZE_FAILED: problem('ERR_AUTHORIZE_FAILED', 'The permission of this request could not be checked.', {
    remedy: 'See the server log.',
  }),
  ERR_STORE_UNAVAILABLE: notReadable('ERR_STORE_UNAVAILABLE'),
  ERR_API_SLOW: notReadable('ERR_API_SLOW'),
  ERR_JOURNAL_UNAVAILABLE: problem('ERR_JOURNAL_UNAVAILABLE', 'The event cannot be recorded right now.', {
    remedy: 'Send it again in a few seconds, with the same id.',
    headers: RETRY,
  }),
}

const FAILED = problem('ERR_API_FAILED', 'Something went wrong here.', { remedy: 'See the server log.' })

/** Starts counting at zero. `report` gets each original error and may throw. */
export function createFailures(report: (error: unknown) => void): Failures {
  let storeFailures = 0
  let authorizeFailures = 0
  let internalFailures = 0
  let lastError: string | undefined

  const note = (error: unknown): void => {
    lastError = messageOf(error)
    try {
      report(error)
    } catch {
      // A logger that fails must not fail the answer.
    }
  }

  return {
    problemOf(error) {
      const code = error instanceof ActrailError && isProblemCode(error.code) ? error.code : 'ERR_API_FAILED'
      const refused = REFUSED[code]
      if (refused) return refused
      note(error)
      if (code === 'ERR_AUTHORIZE_FAILED') authorizeFailures += 1
      else if (code === 'ERR_STORE_UNAVAILABLE' || code === 'ERR_API_SLOW') storeFailures += 1
      else internalFailures += 1
      return SHOWN[code] ?? FAILED
    },
    status: () => ({
      storeFailures,
      authorizeFailures,
      internalFailures,
      ...(lastError !== undefined && { lastError }),
    }),
  }
}

function notReadable(code: ProblemCode): Problem {
  return problem(code, 'The log cannot be read right now; recording goes on.', {
    remedy: 'Try again in a few seconds.',
    headers: RETRY,
  })
}

function messageOf(error: unknown): string {
  try {
    const cause = error instanceof ActrailError && error.cause !== undefined ? error.cause : error
    return (cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)).slice(0, 500)
  } catch {
    return 'an error that cannot be shown'
  }
}
