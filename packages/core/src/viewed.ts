import type { Capture } from './capture/capture'
import type { ApiRequest } from './http/message'
import type { EventInput } from './model/event'

/** Records reads of the log with the reader's address, which the capture of the same request knows. */
export function createViewedRecorder({ capture, record }: { capture: Capture; record: (event: EventInput) => void }) {
  return (event: EventInput, { native }: ApiRequest): void => {
    const { ip, userAgent, requestId, traceId } = isObject(native) ? capture.of(native).inherited() : {}
    record({
      ...(ip !== undefined && { ip }),
      ...(userAgent !== undefined && { userAgent }),
      ...(requestId !== undefined && { requestId }),
      ...(traceId !== undefined && { traceId }),
      ...event,
    })
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
