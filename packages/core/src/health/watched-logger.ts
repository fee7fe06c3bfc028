import type { Logger } from '../model/logger'
import { explain, type Explained } from './explained'

/** The last error that any part of the trail told of. */
export interface LastError extends Explained {
  /** RFC 3339. */
  readonly at: string
}

/** A logger that harms nobody and remembers. */
export interface WatchedLogger {
  readonly logger: Logger
  /** Undefined while nothing went wrong. */
  lastError(): LastError | undefined
  /** Calls that the host's logger failed. */
  failures(): number
}

/**
 * Wraps the host's logger: what it throws or rejects with is counted, since a full disk or a broken transport must not
 * reach a request by way of a warning about something else.
 */
export function watchLogger(logger: Logger, now: () => number): WatchedLogger {
  let last: { readonly error: unknown; readonly atMs: number } | undefined
  let failures = 0
  const failed = (): void => void failures++

  const on =
    (level: keyof Logger) =>
    (facts: object, message: string): void => {
      const { err } = facts as { err?: unknown }
      if (err !== undefined && (level === 'warn' || level === 'error')) last = { error: err, atMs: now() }
      try {
        const answer: unknown = logger[level](facts, message)
        if (answer instanceof Promise) answer.catch(failed)
      } catch {
        failed()
      }
    }

  return {
    logger: { debug: on('debug'), info: on('info'), warn: on('warn'), error: on('error') },
    lastError: () => last && { ...explain(last.error), at: new Date(last.atMs).toISOString() },
    failures: () => failures,
  }
}
