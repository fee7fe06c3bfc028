import type { ApiResponse } from './message'
import { problemBody, statusOf, type Problem } from './problem'

/** What a handler answers: a value for JSON, with the headers that are its own. */
export interface Answer {
  readonly kind: 'answer'
  /** Default: 200. */
  readonly status?: number
  readonly value: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** The workspace whose events are shown; the read is recorded there. Absent when no events are. */
  readonly reads?: string
}

/** What a handler answers when the answer is written as it comes. */
export interface StreamedAnswer {
  readonly kind: 'stream'
  /** `content-type` among them. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: AsyncIterable<string | Buffer>
  /** As in {@link Answer}. */
  readonly reads?: string
}

/** An answer whose body is there. */
export type WholeResponse = ApiResponse & { readonly body: Buffer }

// Recorded text is hostile: a browser must not guess a type for it, run it, or keep it.
const SAFETY: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
}

/** An {@link Answer} as JSON; `cache-control: no-store` unless it brings its own. */
export function answerResponse({ status = 200, value, headers }: Answer): WholeResponse {
  return encode(status, { 'content-type': 'application/json; charset=utf-8', ...headers }, value)
}

/** A {@link StreamedAnswer} as a response without a length. */
export function streamedResponse({ headers, body }: StreamedAnswer): ApiResponse {
  return { status: 200, headers: { ...SAFETY, ...headers }, body }
}

/** A {@link Problem} as `application/problem+json`. */
export function problemResponse(problem: Problem): ApiResponse {
  const headers = { 'content-type': 'application/problem+json', ...problem.headers }
  return encode(statusOf(problem.code), headers, problemBody(problem))
}

/** An answer without a body, for `OPTIONS`. */
export function emptyResponse(headers: Readonly<Record<string, string>>): ApiResponse {
  return { status: 204, headers: { ...SAFETY, ...headers }, body: '' }
}

/** The same answer as `HEAD` gets it: all headers, no body. */
export function withoutBody(response: ApiResponse): ApiResponse {
  return { ...response, body: '' }
}

/** The one place where an answer becomes bytes. */
function encode(status: number, headers: Readonly<Record<string, string>>, value: unknown): WholeResponse {
  const body = Buffer.from(JSON.stringify(value))
  return { status, headers: { ...SAFETY, ...headers, 'content-length': String(body.length) }, body }
}
