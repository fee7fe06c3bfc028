import type { Ticket } from '../journal/types'
import type { CaptureDeps, CaptureOptions } from './capture-options'
import type { Exchange } from './exchange'
import { single } from './identity'
import { pathOf } from './request-event'

/** What was decided before the handler ran. */
export interface Start {
  /** UUIDv7 of the intent and of the event. */
  readonly id: string
  readonly atMs: number
  /** `performance.now()`. */
  readonly mark: number
  /** A success is kept too; else only a denied, failed or annotated request is. */
  readonly wanted: boolean
  /** The intent frame on disk, where one was written. */
  readonly ticket: Ticket | undefined
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])
/** An intent is read by people after a crash: enough to know the request, no more. */
const PATH_AT_MOST = 512
const REQUEST_ID_AT_MOST = 256

/** Begins a request: gives it its id and writes its intent, if it is one that gets one. */
export function createStart(deps: CaptureDeps, options: CaptureOptions): (exchange: Exchange) => Start {
  const { redactor, ids, journal, now, swallowed } = deps
  const { when, requestIdHeader } = options
  const allRequests = options.capture === 'all'
  const allIntents = options.intents === 'all'

  function chosen(native: unknown): boolean {
    try {
      return when === undefined || when(native as never)
    } catch (error) {
      swallowed(error)
      return true
    }
  }

  function intentText(id: string, atMs: number, req: Exchange['req']): string {
    const requestId = single(req.headers, requestIdHeader)
    return JSON.stringify({
      id,
      at: atMs,
      method: req.method,
      path: redactor.text(pathOf(req.url), PATH_AT_MOST),
      peer: req.socket?.remoteAddress,
      request_id: requestId === undefined ? undefined : redactor.text(requestId, REQUEST_ID_AT_MOST),
    })
  }

  return ({ req, native }) => {
    const mutation = !SAFE.has(req.method ?? '')
    const wanted = (mutation || allRequests) && chosen(native)
    const id = ids.next()
    const atMs = now()
    const announced = wanted && (mutation || allIntents)
    const ticket = announced ? journal.intent(id, intentText(id, atMs, req)) : undefined
    return { id, atMs, mark: performance.now(), wanted, ticket }
  }
}
