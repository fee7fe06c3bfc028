import type { ServerResponse } from 'node:http'
import { runInScope, Scope } from '../context/scope'
import type { Ticket } from '../journal/types'
import type { EventInput, EventRow } from '../model/event'
import type { Redactor } from '../redact/redactor'
import { CapturedRequest, type Start } from './captured-request'
import type { TrustProxy } from './client-address'
import { createClosing } from './closing'
import type { Exchange } from './exchange'
import { type IdentityOptions, single } from './identity'
import { type Include, pathOf } from './request-event'

export interface CaptureOptions extends IdentityOptions {
  /** Which requests leave an event when they succeed. */
  readonly capture: 'all' | 'mutations'
  /** Which captured requests have an intent on disk before the handler runs. */
  readonly intents: 'all' | 'mutations'
  /** Narrows `capture` further; denied and failed requests are kept whatever it says. */
  readonly when?: ((native: never) => boolean) | undefined
  readonly trustProxy: TrustProxy
  readonly include: Include
  /** How long the event of a request whose client left waits for its handler, in ms. */
  readonly abortGraceMs: number
}

export interface CaptureDeps {
  readonly journal: {
    intent(id: string, payload: string): Ticket
    outcome(text: string, ticket?: Ticket): void
    cancel(ticket: Ticket): void
  }
  readonly ids: { next(): string }
  readonly redactor: Redactor
  readonly normalise: (input: EventInput) => EventRow
  readonly now: () => number
  /** Called with what the host's functions or ours threw; the request goes on. */
  readonly swallowed: (error: unknown) => void
}

export interface Capture {
  /** Runs `next` as a captured request. Never throws of its own, never waits. */
  capture<T>(exchange: Exchange, next: () => T): T
  /** The scope of this trail's captured request; one that refuses everything when the request was not captured. */
  of(req: object): Scope
  /** Marks a request as one of ours: it leaves no event (reads of the log are recorded by the mounted router). */
  exempt(req: object): void
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])
/** An intent is read by people after a crash: enough to know the request, no more. */
const INTENT_PATH_AT_MOST = 512

/** The innermost captured request hangs on `req`; shared by copies of this package, read by `audited()`. */
const CAPTURED = Symbol.for('actrail.captured.v1')
interface Tagged {
  [CAPTURED]?: CapturedRequest
}

/** The scope of a captured request; one that refuses everything when the request is not captured. */
export function scopeOfRequest(req: object): Scope {
  return (req as Tagged)[CAPTURED] ?? NOTHING
}
const NOTHING = new Scope()

export function createCapture(deps: CaptureDeps, options: CaptureOptions): Capture {
  const closing = createClosing(deps, options)

  // Shared by all requests: the state hangs on the request, so that no closure is made for each.
  function onEnd(this: ServerResponse): void {
    find(this.req)?.onEnd()
  }
  function onClose(this: ServerResponse): void {
    find(this.req)?.onClose()
  }
  function find(req: object): CapturedRequest | undefined {
    let captured = (req as Tagged)[CAPTURED]
    while (captured !== undefined && captured.link !== closing) captured = captured.outer
    return captured
  }

  return {
    capture(exchange, next) {
      const captured = begin(exchange)
      return captured === undefined ? next() : runInScope(captured, next)
    },
    of: (req) => find(req) ?? NOTHING,
    exempt(req) {
      const captured = find(req)
      if (captured !== undefined) captured.exempt = true
    },
  }

  function begin(exchange: Exchange): CapturedRequest | undefined {
    try {
      const { req, res } = exchange
      if (find(req) !== undefined) return undefined
      const captured = new CapturedRequest(closing, start(exchange), (req as Tagged)[CAPTURED], exchange)
      ;(req as Tagged)[CAPTURED] = captured
      // HTTP/2 has no 'prefinish'. Both come before the client can send its next request on a keep-alive connection.
      res.on(req.httpVersionMajor === 1 ? 'prefinish' : 'finish', onEnd)
      res.on('close', onClose)
      return captured
    } catch (error) {
      deps.swallowed(error)
      return undefined
    }
  }

  function start({ req, native }: Exchange): Start {
    const mutation = !SAFE.has(req.method ?? '')
    const wanted = (mutation || options.capture === 'all') && chosen(native)
    const id = deps.ids.next()
    const atMs = deps.now()
    const announced = wanted && (mutation || options.intents === 'all')
    const ticket = announced ? deps.journal.intent(id, intentText({ id, atMs, req })) : undefined
    return { id, atMs, mark: performance.now(), wanted, ticket }
  }

  function chosen(native: unknown): boolean {
    try {
      return options.when?.(native as never) ?? true
    } catch (error) {
      deps.swallowed(error)
      return true
    }
  }

  function intentText({ id, atMs, req }: { id: string; atMs: number; req: Exchange['req'] }): string {
    const requestId = single(req.headers, options.requestIdHeader)
    return JSON.stringify({
      id,
      at: atMs,
      method: req.method,
      path: deps.redactor.text(pathOf(req.url).slice(0, INTENT_PATH_AT_MOST)),
      peer: req.socket?.remoteAddress,
      request_id: requestId === undefined ? undefined : deps.redactor.text(requestId.slice(0, 256)),
    })
  }
}
