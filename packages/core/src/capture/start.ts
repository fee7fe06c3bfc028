import type { Ticket } from '../journal/types'
import { canonicalText } from '../ledger/canonical'
import { settled } from '../model/settled'
import type { Redactor } from '../redact/redactor'
import type { CaptureDeps, CaptureRules } from './capture-options'
import type { Connection } from './connection'
import type { Exchange } from './exchange'
import { createHeaderReader, type RequestHeaders } from './request-headers'

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
  /** Without the query, which carries secrets more often than facts, and redacted. */
  readonly path: string
  /** Of the span that was active; the header may name another one, which a stranger chose. */
  readonly traceId: string | undefined
  readonly headers: RequestHeaders
  readonly connection: Connection
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])
const PATH_AT_MOST = 2_048
const REQUEST_ID_AT_MOST = 256

/** Begins a request: gives it its id and writes its intent, if it is one that gets one. */
export function createStart(
  deps: CaptureDeps,
  options: CaptureRules,
): (exchange: Exchange, connection: Connection) => Start {
  const { ids, journal, now, redactor, activeTrace } = deps
  const isChosen = createChoice(options, deps)
  const readHeaders = createHeaderReader(options.requestIdHeader, options.include.headers)
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
      path: redactor.text(pathOf(url), PATH_AT_MOST),
      traceId: activeTrace === undefined ? undefined : activeTrace(),
      headers: readHeaders(req.rawHeaders),
      connection,
    }
    if (wanted && (isMutation || allIntents)) start.ticket = journal.intent(start.id, intentText(start, redactor))
    return start
  }
}

function createChoice({ when }: CaptureRules, { swallowed }: CaptureDeps) {
  return (native: unknown): boolean => {
    try {
      return when === undefined || settled(when(native as never), 'The option when')
    } catch (error) {
      swallowed(error)
      return true
    }
  }
}

/** The JSON of an `Intent`, put together by hand: it is written before every handler. */
function intentText({ id, atMs, method, path, headers, connection }: Start, redactor: Redactor): string {
  const { peer } = connection
  const requestId = headers.requestId === undefined ? undefined : redactor.text(headers.requestId, REQUEST_ID_AT_MOST)
  return (
    `{"id":"${id}","at":${atMs},"method":${canonicalText(method)},"path":${canonicalText(withoutOpaque(path))}` +
    (peer === undefined ? '' : `,"peer":"${peer}"`) +
    (requestId === undefined ? '}' : `,"request_id":${canonicalText(requestId)}}`)
  )
}

const LONG_RUN = /[A-Za-z0-9_~]{20}/
const REDACTED = '[redacted]'

/**
 * The path without segments that may be a secret: which of its parameters are, only the route knows, and no route has
 * matched yet. A long run of letters and digits is a token more often than a word; UUIDs, numbers and slugs are none.
 */
function withoutOpaque(path: string): string {
  if (path.length <= 20 || !LONG_RUN.test(path)) return path
  return path
    .split('/')
    .map((segment) => (LONG_RUN.test(segment) && /\d/.test(segment) ? REDACTED : segment))
    .join('/')
}

function pathOf(url: string): string {
  const end = url.indexOf('?')
  return end < 0 ? url : url.slice(0, end)
}
