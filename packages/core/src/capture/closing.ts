import type { Annotation } from '../context/annotation'
import { mergeAnnotations } from '../context/annotation'
import { encodeRow } from '../ledger/row'
import type { Result } from '../model/event'
import type { CaptureDeps, CaptureOptions } from './capture'
import type { CapturedRequest, CaptureLink, Identity } from './captured-request'
import { createClientAddress } from './client-address'
import type { Exchange, MatchedRoute } from './exchange'
import { ANONYMOUS } from './principal'
import { createIdentity, SYSTEM_WORKSPACE } from './identity'
import { createRequestEvent, UNMATCHED } from './request-event'
import { createRouteActions } from './route-action'

/** Makes and journals the event of a request that has ended, or takes its intent back where no event is wanted. */
export function createClosing(deps: CaptureDeps, options: CaptureOptions): CaptureLink {
  const identify = createIdentity(options, createClientAddress(options.trustProxy))
  const eventOf = createRequestEvent(options.include, deps.redactor)
  const actionOf = createRouteActions()

  return { abortGraceMs: options.abortGraceMs, finish, identity: (captured) => describe(captured).identity }

  function finish(captured: CapturedRequest, result: Result, status: number | undefined): void {
    const { ticket } = captured.start
    try {
      const text = encoded(captured, result, status)
      if (text !== undefined) deps.journal.outcome(text, ticket)
      else if (ticket !== undefined) deps.journal.cancel(ticket)
    } catch (error) {
      deps.swallowed(error)
    }
  }

  function encoded(captured: CapturedRequest, result: Result, status: number | undefined): string | undefined {
    if (captured.exempt) return undefined
    const annotation = withLate(captured)
    const described = describe(captured)
    const final = annotation?.result ?? result
    const kept = { captured, annotation, result: final, status, matched: described.route !== undefined }
    if (!isKept(kept)) return undefined
    const durationUs = Math.round((performance.now() - captured.start.mark) * 1_000)
    const ended = { ...described, captured, annotation, result: final, status, durationUs }
    try {
      return encodeRow(deps.normalise(eventOf(ended)))
    } catch (error) {
      // Something in it cannot be stored: the fact that the request happened still can.
      deps.swallowed(error)
      return encodeRow(deps.normalise(bareEvent(captured, final, described.identity)))
    }
  }

  function describe(captured: CapturedRequest): {
    exchange: Exchange
    route: MatchedRoute | undefined
    derived: ReturnType<typeof actionOf> | undefined
    identity: Identity
  } {
    const exchange = captured.exchange as Exchange
    const route = attempt(() => exchange.route())
    const derived = route === undefined ? undefined : actionOf(exchange.req.method ?? '', route.pattern)
    const asked = { exchange, route, workspaceParam: derived?.workspaceParam, annotated: captured.annotation }
    return { exchange, route, derived, identity: attempt(() => identify(asked)) ?? NOBODY }
  }

  function withLate(captured: CapturedRequest): Annotation | undefined {
    for (const late of captured.late ?? []) {
      const annotation = attempt(late)
      // What the handler itself said wins over what was declared beside the route.
      if (annotation !== undefined) captured.annotation = mergeAnnotations(annotation, captured.annotation ?? {})
    }
    return captured.annotation
  }

  function attempt<T>(fn: () => T): T | undefined {
    try {
      return fn()
    } catch (error) {
      deps.swallowed(error)
      return undefined
    }
  }
}

/** The host's own functions threw: who it was is not known, and a guess would be worse. */
const NOBODY: Identity = {
  actor: ANONYMOUS,
  workspace: SYSTEM_WORKSPACE,
  ip: undefined,
  userAgent: undefined,
  requestId: undefined,
  traceId: undefined,
}

interface Ending {
  readonly captured: CapturedRequest
  readonly annotation: Annotation | undefined
  readonly result: Result
  readonly status: number | undefined
  readonly matched: boolean
}

/**
 * Denied and failed requests are never left out, but for the plain 404 of a GET that no route matched: that is noise
 * which anybody can make. Successes are left out on `skip()`, and where neither `capture` nor an annotation wants them.
 */
function isKept({ captured, annotation, result, status, matched }: Ending): boolean {
  const method = captured.exchange?.req.method
  const annotated = annotation?.action !== undefined
  const read = method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
  if (!matched && !annotated && read && (status === undefined || status < 400 || status === 404)) return false
  if (result === 'denied' || result === 'failure') return true
  return !captured.skipped && (captured.start.wanted || annotated)
}

function bareEvent(captured: CapturedRequest, result: Result, { actor, workspace }: Identity) {
  const { id, atMs } = captured.start
  return { action: UNMATCHED, id, occurredAt: new Date(atMs), result, actor, workspace, source: 'http' }
}
