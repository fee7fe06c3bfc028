import type { IncomingHttpHeaders } from 'node:http'
import type { Ticket } from '../journal/types'
import type { CaptureDeps, CaptureRules } from './capture-options'
import type { Connection } from './connection'
import type { Exchange } from './exchange'

/** What was read and decided before the handler ran. */
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
  readonly method: string
  /** Without the query, which carries secrets more often than facts. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly connection: Connection
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])
/** An intent is read by people after a crash: enough to know the request, no more. */
const PATH_AT_MOST = 512
const REQUEST_ID_AT_MOST = 256

/** Begins a request: gives it its id and writes its intent, if it is one that gets one. */
export function createStart(
  deps: CaptureDeps,
  options: CaptureRules,
): (exchange: Exchange, connection: Connection) => Start {
  const { ids, journal, now } = deps
  const isChosen = createChoice(options, deps)
  const intentText = createIntentText(options, deps)
  const allRequests = options.capture === 'all'
  const allIntents = options.intents === 'all'
  return ({ req, url, native }, connection) => {
    const method = req.method ?? ''
    const isMutation = !SAFE.has(method)
    const wanted = (isMutation || allRequests) && isChosen(native)
    const start: Start & { ticket: Ticket | undefined } = {
      id: ids.next(),
      atMs: now(),
      mark: performance.now(),
      wanted,
      ticket: undefined,
      method,
      path: pathOf(url),
      headers: req.headers,
      connection,
    }
    if (wanted && (isMutation || allIntents)) start.ticket = journal.intent(start.id, intentText(start))
    return start
  }
}

function createChoice({ when }: CaptureRules, { swallowed }: CaptureDeps) {
  return (native: unknown): boolean => {
    try {
      return when === undefined || when(native as never)
    } catch (error) {
      swallowed(error)
      return true
    }
  }
}

function createIntentText({ requestIdHeader }: CaptureRules, { redactor }: CaptureDeps) {
  return ({ id, atMs, method, path, headers, connection }: Start): string => {
    const requestId = single(headers, requestIdHeader)
    return JSON.stringify({
      id,
      at: atMs,
      method,
      path: redactor.text(path, PATH_AT_MOST),
      peer: connection.peer,
      request_id: requestId === undefined ? undefined : redactor.text(requestId, REQUEST_ID_AT_MOST),
    })
  }
}

function pathOf(url: string): string {
  const end = url.indexOf('?')
  return end < 0 ? url : url.slice(0, end)
}

/** A header as one string; Node joins repeated ones, except for the few that it keeps as lists. */
export function single(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}
