import { currentScope, Scope } from '../context/scope'
import { createAdmission } from './admission'
import type { CaptureDeps, CaptureRules } from './capture-options'
import { CapturedRequest } from './captured-request'
import { createClosing } from './closing'
import { connectionOf, findCaptured } from './connection'
import type { Exchange } from './exchange'
import { createStart } from './start'

/** Turns requests into events. */
export interface Capture {
  /**
   * Runs `next` as a captured request. Never throws of its own, and waits for nothing; but in the journal's modes `fsync`
   * and `strict` for the sync of the intent: then a promise, of undefined where the request was refused in `next`'s place.
   */
  capture<T>(exchange: Exchange, next: () => T): T | Promise<Awaited<T> | undefined>
  /** The scope of this trail's captured request; one that refuses everything when there is none, or its event is written. */
  of(req: object): Scope
  /** This trail's captured request that the async context knows; none when its event is written. */
  current(): CapturedRequest | undefined
  /** Marks a request as one of ours: it leaves no event (reads of the log are recorded by the mounted router). */
  exempt(req: object): void
}

const NOTHING = new Scope()

/** The scope of the request that was captured last for `req`; one that refuses everything when there is none. */
export function scopeOfRequest(req: object): Scope {
  return findCaptured(req) ?? NOTHING
}

/** The exchange that was captured last for `req`; undefined when there is none, or its event is written. */
export function exchangeOfRequest(req: object): Exchange | undefined {
  return findCaptured(req)?.exchange
}

/** Koa's context and Fastify's request are not the request of Node, they carry it. */
function nodeRequest(native: object): object {
  const { req, raw } = native as { readonly req?: object; readonly raw?: object }
  return req ?? raw ?? native
}

/** Decides all that can be decided before the first request; see {@link CapturedRequest} for the life of one. */
export function createCapture(deps: CaptureDeps, options: CaptureRules): Capture {
  const closing = createClosing(deps, options)
  const start = createStart(deps, options)
  const run = createAdmission(deps)

  function begin(exchange: Exchange): CapturedRequest | undefined {
    try {
      const connection = connectionOf(exchange.req)
      const outer = connection.find(exchange.req)
      // Mounted twice, the outer middleware counts.
      if (outer !== undefined && connection.find(exchange.req, closing) !== undefined) return undefined
      return new CapturedRequest(closing, { exchange, outer, start: start(exchange, connection) }).listen()
    } catch (error) {
      deps.swallowed(error)
      return undefined
    }
  }

  return {
    capture(exchange, next) {
      const captured = begin(exchange)
      return captured === undefined ? next() : run(captured, next)
    },
    current() {
      let scope = currentScope()
      while (scope !== undefined && !(scope instanceof CapturedRequest && scope.closing === closing))
        scope = scope.parent
      return scope === undefined || scope.ended ? undefined : scope
    },
    of: (req) => findCaptured(nodeRequest(req), closing) ?? NOTHING,
    exempt: (req) => findCaptured(nodeRequest(req), closing)?.exempt(),
  }
}
