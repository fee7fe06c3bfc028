import { answerInvalid } from './answer-invalid.js'
import { ActrailClientError } from './client-error.js'
import type { Problem } from './wire/schemas.js'

/** The error that an answer other than 2xx stands for. Reads its body, and cancels what is no problem document. */
export async function problemAnswer(response: Response): Promise<ActrailClientError> {
  const { status, headers } = response
  const retryAfterMs = readRetryAfter(headers.get('retry-after'), Date.now())
  const waiting = retryAfterMs === undefined ? {} : { retryAfterMs }
  const problem = await readProblem(response)
  if (problem === undefined) {
    return answerInvalid(`The server answered ${status}, but not as Actrail does.`, { status, ...waiting })
  }
  const { code, detail, parameter, remedy } = problem
  const message = remedy === undefined ? detail : `${detail} ${remedy}`
  return new ActrailClientError(code, message, { status, ...(parameter !== undefined && { parameter }), ...waiting })
}

async function readProblem(response: Response): Promise<Problem | undefined> {
  if (!/^application\/problem\+json\b/i.test(response.headers.get('content-type') ?? '')) {
    await response.body?.cancel()
    return undefined
  }
  const text = await response.text()
  try {
    const problem = JSON.parse(text) as Problem | null
    return typeof problem?.code === 'string' && typeof problem.detail === 'string' ? problem : undefined
  } catch {
    return undefined
  }
}

/** Reads `Retry-After`, which is seconds or a date, as milliseconds from now; `undefined` when it says neither. */
export function readRetryAfter(text: string | null, nowMs: number): number | undefined {
  if (text === null) return undefined
  if (/^\d{1,9}$/.test(text.trim())) return Number(text) * 1_000
  // Date.parse takes -1 for a year.
  const at = /^[a-z]/i.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs)
}
