import type { Logger } from './model/logger'

/** What went wrong where nobody may be troubled with it: counted, logged once a minute, shown in the status. */
export interface Swallowed {
  note(error: unknown): void
  status(): { readonly swallowedErrors: number; readonly lastError: string | undefined }
}

const LOG_EVERY_MS = 60_000

/** Logs at most one error a minute; the rest is counted only. */
export function createSwallowed(logger: Pick<Logger, 'error'>, now: () => number): Swallowed {
  let count = 0
  let last: string | undefined
  let loggedAt = -Infinity
  return {
    note(error) {
      count++
      last = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
      if (now() - loggedAt < LOG_EVERY_MS) return
      loggedAt = now()
      logger.error({ err: error, swallowedErrors: count }, 'actrail: an error was kept from the host')
    },
    status: () => ({ swallowedErrors: count, lastError: last }),
  }
}
