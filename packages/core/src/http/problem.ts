import type { ErrorCode } from '../errors'

/** Status and short title of every error code that the API can answer; any other code is an internal failure (500). */
export const PROBLEMS = {
  ERR_PARAMETER_UNKNOWN: { status: 400, title: 'Unknown parameter' },
  ERR_PARAMETER_REPEATED: { status: 400, title: 'Parameter given more than once' },
  ERR_PARAMETER_INVALID: { status: 400, title: 'Parameter not valid' },
  ERR_PARAMETER_CONFLICT: { status: 400, title: 'Parameters contradict each other' },
  ERR_CURSOR_INVALID: { status: 400, title: 'Cursor not valid' },
  ERR_OFFSET_TOO_DEEP: { status: 400, title: 'Offset too deep for this filter' },
  ERR_WORKSPACE_AMBIGUOUS: { status: 400, title: 'Workspace not named' },
  ERR_BODY_INVALID: { status: 400, title: 'Body not valid' },
  ERR_CREDENTIALS_MISSING: { status: 401, title: 'Credentials missing' },
  ERR_CREDENTIALS_REFUSED: { status: 401, title: 'Credentials not accepted' },
  ERR_AUTHORIZE_MISSING: { status: 403, title: 'The activity API is closed' },
  ERR_PERMISSION_MISSING: { status: 403, title: 'Not permitted' },
  ERR_WORKSPACE_FORBIDDEN: { status: 403, title: 'Workspace not permitted' },
  ERR_ROUTE_UNKNOWN: { status: 404, title: 'No such endpoint' },
  ERR_EVENT_NOT_FOUND: { status: 404, title: 'No such event' },
  ERR_METHOD_UNKNOWN: { status: 405, title: 'Method not allowed' },
  ERR_BODY_TOO_LARGE: { status: 413, title: 'Body too large' },
  ERR_BODY_NOT_JSON: { status: 415, title: 'Body not JSON' },
  ERR_API_FAILED: { status: 500, title: 'Internal error' },
  ERR_AUTHORIZE_FAILED: { status: 500, title: 'Authorization failed' },
  ERR_API_SLOW: { status: 503, title: 'No answer in time' },
  ERR_JOURNAL_UNAVAILABLE: { status: 503, title: 'The request cannot be recorded' },
  ERR_STORE_UNAVAILABLE: { status: 503, title: 'The log cannot be read now' },
} as const satisfies Partial<Record<ErrorCode, { status: number; title: string }>>

/** A code that the API answers with a status of its own. */
export type ProblemCode = keyof typeof PROBLEMS

/** Why a request cannot be answered, before it becomes a response. */
export interface Problem {
  readonly kind: 'problem'
  readonly code: ProblemCode
  /** What happened, in one sentence; shown to the caller. */
  readonly detail: string
  /** The parameter at fault, as the caller spells it. */
  readonly parameter?: string
  /** What to do about it. */
  readonly remedy?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** The parts of a {@link Problem} that a caller may leave out. */
export type ProblemExtras = Pick<Problem, 'parameter' | 'remedy' | 'headers'>

/** A {@link Problem} with the given code. */
export function problem(code: ProblemCode, detail: string, extras: ProblemExtras = {}): Problem {
  return { kind: 'problem', code, detail, ...extras }
}

/** Whether a value that a step returned is the reason to stop. */
export function isProblem(value: unknown): value is Problem {
  if (typeof value !== 'object' || value === null) return false
  const { kind, code } = value as { kind?: unknown; code?: unknown }
  return kind === 'problem' && typeof code === 'string' && isProblemCode(code)
}

/** Whether the API has a status for this code. */
export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code)
}

/** The status that a problem is answered with. */
export function statusOf(code: ProblemCode): number {
  return PROBLEMS[code].status
}

/** The RFC 9457 members of a problem, extended by `code`, `parameter` and `remedy`. */
export interface ProblemBody {
  /** `urn:actrail:problem:` and the code. */
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: ProblemCode
  readonly parameter?: string
  readonly remedy?: string
}

/** What the caller reads. */
export function problemBody({ code, detail, parameter, remedy }: Problem): ProblemBody {
  return {
    type: `urn:actrail:problem:${code}`,
    title: PROBLEMS[code].title,
    status: PROBLEMS[code].status,
    detail,
    code,
    ...(parameter !== undefined && { parameter }),
    ...(remedy !== undefined && { remedy }),
  }
}

/** A caller's text for a message: quoted, on one line, at most 64 characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text)
}
