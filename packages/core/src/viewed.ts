import type { Capture } from './capture/capture'
import type { ApiRequest } from './http/message'
import type { EventInput } from './model/event'

/** Records reads of the log with the reader's address, which the capture of the same request knows. */
export function createViewedRecorder({ capture, record }: { capture: Capture; record: (event: EventInput) => void }) {
  return (event: EventInput, { native }: ApiRequest): void => {
    const { ip, userAgent, requestId, traceId } =
      requestsOf(native)
        .map((req) => capture.of(req).inherited())
        .find((inherited) => inherited.ip !== undefined) ?? {}
    record({
      ...(ip !== undefined && { ip }),
      ...(userAgent !== undefined && { userAgent }),
      ...(requestId !== undefined && { requestId }),
      ...(traceId !== undefined && { traceId }),
      ...event,
    })
  }
}

/** Express hands its request itself, Koa a context that holds it. */
function requestsOf(native: unknown): object[] {
  if (typeof native !== 'object' || native === null) return []
  const { req } = native as { req?: unknown }
  return typeof req === 'object' && req !== null ? [native, req] : [native]
}
