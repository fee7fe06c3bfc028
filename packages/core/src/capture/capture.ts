import type { ServerResponse } from 'node:http'
import { runInScope, Scope } from '../context/scope'
import type { CaptureDeps, CaptureOptions } from './capture-options'
import { CapturedRequest } from './captured-request'
import { createClosing } from './closing'
import type { Exchange } from './exchange'
import { createStart } from './start'

/** Turns requests into events. */
export interface Capture {
  /** Runs `next` as a captured request. Never throws of its own, never waits. */
  capture<T>(exchange: Exchange, next: () => T): T
  /** The scope of this trail's captured request; one that refuses everything when the request is not captured. */
  of(req: object): Scope
  /** Marks a request as one of ours: it leaves no event (reads of the log are recorded by the mounted router). */
  exempt(req: object): void
}

/** The innermost captured request hangs on `req`; shared by copies of this package, read by `audited()`. */
const CAPTURED = Symbol.for('actrail.captured.v1')
interface Tagged {
  [CAPTURED]?: CapturedRequest
}
const NOTHING = new Scope()

/** The scope of a captured request; one that refuses everything when the request is not captured. */
export function scopeOfRequest(req: object): Scope {
  return (req as Tagged)[CAPTURED] ?? NOTHING
}

/** Decides all that can be decided before the first request; see {@link CapturedRequest} for the life of one. */
export function createCapture(deps: CaptureDeps, options: CaptureOptions): Capture {
  const closing = createClosing(deps, options)
  const start = createStart(deps, options)
  const find = (req: object): CapturedRequest | undefined => {
    let captured = (req as Tagged)[CAPTURED]
    while (captured !== undefined && captured.closing !== closing) captured = captured.outer
    return captured
  }
  // Shared by all requests: the state hangs on the request, so that no closure is made for each.
  function onEnd(this: ServerResponse): void {
    find(this.req)?.onEnd()
  }
  function onClose(this: ServerResponse): void {
    find(this.req)?.onClose()
  }

  function begin(exchange: Exchange): CapturedRequest | undefined {
    try {
      const { req, res } = exchange
      if (find(req) !== undefined) return undefined
      const captured = new CapturedRequest(closing, {
        exchange,
        start: start(exchange),
        outer: (req as Tagged)[CAPTURED],
      })
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

  return {
    capture(exchange, next) {
      const captured = begin(exchange)
      return captured === undefined ? next() : runInScope(captured, next)
    },
    of: (req) => find(req) ?? NOTHING,
    exempt: (req) => void find(req)?.exempt(),
  }
}
