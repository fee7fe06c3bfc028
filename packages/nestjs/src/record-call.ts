import { type Annotation, type EventInput, type Result, runInScope, Scope } from '@actrail/core'
import { Logger } from '@nestjs/common'
import { catchError, concat, defer, finalize, ignoreElements, type Observable, tap, throwError } from 'rxjs'
import type { AuditTrail } from './audit-trail.js'
import { annotationOf, type AuditedCall, type Declaration, isWanted } from './declaration.js'
import type { Door } from './door.js'
import { resultOfError } from './result-of-error.js'

/** A call that becomes an event of its own. */
export interface RecordedCall {
  readonly declaration: Declaration & { readonly action: string }
  /** What is known of it before it has a result. */
  readonly call: AuditedCall
  /** Its own scope, where it has one: what is annotated there belongs to its event. */
  readonly scope?: Scope
  readonly source?: Door
}

/** Writes the event of a call that has ended; resolves once it is accepted. Never rejects: what cannot be recorded is logged. */
export type CallRecord = (result: Result, value?: unknown) => Promise<void>

/** The way to write the event of one call; to be used once. */
export function createCallRecord(trail: AuditTrail, { declaration, call, scope, source }: RecordedCall): CallRecord {
  const record: CallRecord = async (result, value) => {
    if (scope !== undefined) scope.ended = true
    const ended = { ...call, result: value }
    try {
      const isLeftOut = declaration.isLeftOut === true || scope?.skipped === true || !isWanted(declaration, ended)
      if (result === 'success' && isLeftOut) return
      const said = eventOf(described(declaration, ended), scope?.annotation)
      await trail.record({ action: declaration.action, result, ...said, ...(source !== undefined && { source }) })
    } catch (error) {
      logged(error)
    }
  }
  // Whoever ends it, such as an emitter of the host, may be in another scope or in none.
  return scope === undefined ? record : (...ended) => runInScope(scope, () => record(...ended))
}

/**
 * Runs a call and records how it went; a promise is given back once its event is accepted. Returns and throws what the
 * call does.
 */
export function recordCall(run: () => unknown, record: CallRecord): unknown {
  let returned: unknown
  try {
    returned = run()
  } catch (error) {
    void record(resultOfError(error))
    throw error
  }
  if (!isThenable(returned)) {
    void record('success', returned)
    return returned
  }
  return returned.then(
    (value) => record('success', value).then(() => value),
    (error: unknown) => record(resultOfError(error)).then(() => Promise.reject(error as Error)),
  )
}

/**
 * What a handler answers, value by value as it comes; the end waits until the event is accepted. The first value is the
 * result. Whoever unsubscribes before the end, such as a client that leaves, has aborted the call.
 */
export function recordValues(values: Observable<unknown>, record: CallRecord): Observable<unknown> {
  const seen: unknown[] = []
  let hasEnded = false
  const recorded = (result: () => [Result, unknown?]): Observable<never> =>
    defer(() => {
      hasEnded = true
      return record(...result())
    }).pipe(ignoreElements())
  return concat(
    values.pipe(
      tap((value) => seen.length === 0 && seen.push(value)),
      catchError((error: unknown) =>
        concat(
          recorded(() => [resultOfError(error)]),
          throwError(() => error),
        ),
      ),
    ),
    recorded(() => ['success', seen[0]]),
  ).pipe(finalize(() => void (hasEnded || record('aborted'))))
}

/** What was declared, and over it what the handler annotated. */
function eventOf(declared: Annotation, annotated: Annotation = {}): Partial<EventInput> {
  const both = new Scope(undefined, true)
  both.annotate(declared)
  both.annotate(annotated)
  const { reason, details, ...said } = both.annotation ?? {}
  if (reason === undefined) return { ...said, ...(details !== undefined && { details }) }
  return { ...said, details: { ...details, reason } }
}

/** A mistake in a declaration costs what it would have said, not the event. */
function described(declaration: Declaration, call: AuditedCall): Annotation {
  try {
    return annotationOf(declaration, call)
  } catch (error) {
    logged(error)
    return {}
  }
}

function logged(error: unknown): void {
  new Logger('Actrail').error(error, 'A call was not recorded as declared.')
}

function isThenable(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}
