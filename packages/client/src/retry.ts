import { ActrailClientError } from './client-error.js'
import { pause } from './leash.js'

const TRANSIENT_STATUSES: readonly (number | undefined)[] = [408, 429, 502, 503, 504]
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 30_000
/** A server that asks for more than this gets its error shown rather than a caller that seems to hang. */
const LONGEST_ASKED_MS = 60_000
const SPREAD_MS = 250

/** Whether the same request may succeed later: the network failed, or the server is busy or away. */
export function isTransient(error: unknown): error is ActrailClientError {
  if (!(error instanceof ActrailClientError)) return false
  if ((error.retryAfterMs ?? 0) > LONGEST_ASKED_MS) return false
  const { code, status } = error
  return code === 'ERR_CLIENT_NETWORK' || code === 'ERR_CLIENT_TIMEOUT' || TRANSIENT_STATUSES.includes(status)
}

/**
 * Milliseconds to wait before the next attempt: what the server asked for and a little more, else a random part of a
 * time that doubles, so that clients that lost the same server do not come back together.
 *
 * @param failures attempts in a row that failed before this one
 */
export function backOff(failures: number, asked: { retryAfterMs?: number | undefined; firstMs?: number } = {}): number {
  if (asked.retryAfterMs !== undefined) return asked.retryAfterMs + Math.random() * SPREAD_MS
  return Math.random() * Math.min(LONGEST_WAIT_MS, (asked.firstMs ?? FIRST_WAIT_MS) * 2 ** failures)
}

/** Tries so often more while the failure is transient. For requests that may arrive twice. */
export async function retrying<T>(
  attempt: () => Promise<T>,
  { retries, signal }: { readonly retries: number; readonly signal: AbortSignal | undefined },
): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await attempt()
    } catch (error) {
      if (failures >= retries || !isTransient(error)) throw error
      await pause(backOff(failures, error), signal)
    }
  }
}
