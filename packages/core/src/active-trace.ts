import { loadOptional } from './health/optional-package'

/** The trace that the code which runs now belongs to: 32 hex digits. Never throws. */
export type ActiveTrace = () => string | undefined

type OpenTelemetry = Pick<typeof import('@opentelemetry/api'), 'trace' | 'INVALID_TRACEID'>

/**
 * Asks OpenTelemetry for the trace of the active span; undefined where `@opentelemetry/api` is not installed. Without an
 * SDK that was started nothing is ever active, and asking costs next to nothing.
 */
export function createActiveTrace(): ActiveTrace | undefined {
  const api = installed()
  if (api === undefined) return undefined
  const { trace, INVALID_TRACEID } = api
  return () => {
    try {
      const traceId = trace.getActiveSpan()?.spanContext().traceId
      return traceId === INVALID_TRACEID ? undefined : traceId
    } catch {
      // A broken SDK is no reason for an event without its other facts.
      return undefined
    }
  }
}

function installed(): OpenTelemetry | undefined {
  try {
    return loadOptional<OpenTelemetry>('@opentelemetry/api')
  } catch {
    return undefined
  }
}
