import type { Annotation } from '@actrail/core'
import { type HttpException, Logger } from '@nestjs/common'
import type { AuditTrail } from './audit-trail.js'
import { annotationOf, type AuditedCall, type Declaration, isWanted } from './declaration.js'

/** A call that becomes an event of its own. */
export interface RecordedCall {
  readonly declaration: Declaration & { readonly action: string }
  readonly args: readonly unknown[]
  run(): unknown
}

type Result = 'success' | 'failure' | 'denied'

/**
 * Runs a call and records how it went; a promise is given back once its event is accepted. Returns and throws what the
 * call does: what cannot be recorded is logged.
 */
export function recordCall(trail: AuditTrail, { declaration, args, run }: RecordedCall): unknown {
  const record = async (result: Result, value?: unknown): Promise<void> => {
    const call = { request: undefined, params: undefined, query: undefined, body: undefined, args, result: value }
    try {
      if (result === 'success' && !isWanted(declaration, call)) return
      await trail.record({ result, ...described(declaration, call), action: declaration.action })
    } catch (error) {
      logged(error)
    }
  }
  let returned: unknown
  try {
    returned = run()
  } catch (error) {
    void record(resultOf(error))
    throw error
  }
  if (!isThenable(returned)) {
    void record('success', returned)
    return returned
  }
  return returned.then(
    (value) => record('success', value).then(() => value),
    (error: unknown) => record(resultOf(error)).then(() => Promise.reject(error as Error)),
  )
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

function resultOf(error: unknown): Result {
  const status = (error as Partial<HttpException> | null | undefined)?.getStatus?.()
  return status === 401 || status === 403 ? 'denied' : 'failure'
}

function isThenable(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}
