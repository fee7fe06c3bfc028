import { type Annotation, mergeAnnotations } from '../context/annotation'
import type { Scope } from '../context/scope'
import { encodeRow } from '../ledger/row'
import type { EventInput, Resource } from '../model/event'
import type { CaptureDeps, CaptureRules } from './capture-options'
import type { CapturedRequest, Closing, End } from './captured-request'
import { createClientAddress } from './client-address'
import type { Exchange, MatchedRoute } from './exchange'
import { addChange, type ChangedEntity, eventOfChange, settleChanges } from './held-changes'
import { type Asked, createIdentity, type Identity } from './identity'
import { createPlainRequest } from './plain-request'
import { createRequestEvent, type EndedRequest, resourceOf, UNMATCHED } from './request-event'
import { createRouteActions } from './route-action'
import type { Start } from './start'

/** Makes and journals the event of a request that has ended, or takes its intent back where no event is wanted. */
export function createClosing(deps: CaptureDeps, options: CaptureRules): Closing {
  const { journal, swallowed } = deps
  const identify = createIdentity(options, { address: createClientAddress(options.trustProxy), swallowed })
  const ask = createAsk(deps, options)
  const encode = createEncode(deps, options)
  const settle = createSettle(deps)
  const describe = createDescribe(deps, { identify, ask })

  return {
    abortGraceMs: options.abortGraceMs,
    identity: ({ exchange, start, annotation }) =>
      identify(ask({ exchange: exchange as Exchange, start: start as Start, annotation })),
    resource: ({ exchange, start, annotation }) =>
      aboutOf(ask({ exchange: exchange as Exchange, start: start as Start, annotation }), deps),
    finish(scope, end) {
      const { ticket } = end.start
      const { held } = scope
      try {
        const ended = scope.isExempt && held === undefined ? undefined : describe(scope, end)
        const isEventKept = ended !== undefined && !scope.isExempt && isKept(ended, scope.skipped)
        const told = ended === undefined || held === undefined ? ended : settle(ended, held, isEventKept)
        if (told !== undefined && isEventKept) journal.outcome(encode(told), ticket)
        else if (ticket !== undefined) journal.cancel(ticket)
      } catch (error) {
        swallowed(error)
      }
    },
  }
}

interface Asking {
  readonly identify: (asked: Asked) => Identity
  readonly ask: (question: Question) => Asked
}

function createDescribe({ swallowed }: CaptureDeps, { identify, ask }: Asking) {
  return (scope: CapturedRequest, { exchange, start, result, status }: End): EndedRequest => {
    if (exchange.declared !== undefined) addDeclared(scope, exchange, swallowed)
    if (scope.late !== undefined) addLate(scope, scope.late, swallowed)
    const { annotation } = scope
    const asked = ask({ exchange, start, annotation })
    return {
      start,
      exchange,
      annotation,
      identity: identify(asked),
      route: asked.route,
      derived: asked.derived,
      result: annotation?.result ?? result,
      status,
      durationUs: Math.round((performance.now() - start.mark) * 1_000),
    }
  }
}

function createEncode(
  { normalise, redactor, swallowed }: CaptureDeps,
  { include }: CaptureRules,
): (ended: EndedRequest) => string {
  const eventOf = createRequestEvent(include, redactor)
  const textOf = createPlainRequest(include, redactor)
  const encode = (ended: EndedRequest): string => textOf(ended) ?? encodeRow(normalise(eventOf(ended)))
  return (ended) => {
    try {
      return encode(ended)
    } catch (error) {
      // Something that was said cannot be stored: who, what and how it ended still can.
      swallowed(error)
      return lessAndLess(ended, encode) ?? encodeRow(normalise(bareEvent(ended)))
    }
  }
}

/** Without the action that was annotated, which alone can make an event unusable; else without any annotation. */
function lessAndLess(ended: EndedRequest, encode: (ended: EndedRequest) => string): string | undefined {
  const { action: _action, ...others } = ended.annotation ?? {}
  for (const annotation of [others, undefined]) {
    try {
      return encode({ ...ended, annotation })
    } catch {
      // the next one has less of it
    }
  }
  return undefined
}

const aboutOf = (
  asked: Pick<EndedRequest, 'annotation' | 'route' | 'derived'>,
  deps: CaptureDeps,
): Resource | undefined => asked.annotation?.resource ?? resourceOf(asked.route, asked.derived, deps.redactor)

/** Adds the changed entity that the event is about; the others, and all where no event is kept, become events of their own. */
function createSettle(deps: CaptureDeps) {
  const { journal, normalise, swallowed } = deps

  function recordApart(changed: ChangedEntity, identity: Partial<EventInput>): void {
    try {
      journal.outcome(encodeRow(normalise({ ...identity, ...eventOfChange(changed) })))
    } catch (error) {
      // Their loss must not cost the request its event.
      swallowed(error)
    }
  }

  return (ended: EndedRequest, held: readonly ChangedEntity[], isEventKept: boolean): EndedRequest => {
    const about = aboutOf(ended, deps)
    const { mine, others } = isEventKept ? settleChanges(held, about) : { mine: undefined, others: held }
    for (const changed of others) recordApart(changed, ended.identity as Partial<EventInput>)
    if (mine === undefined) return ended
    return { ...ended, annotation: addChange(ended.annotation, mine, about) }
  }
}

type Question = Pick<Asked, 'exchange' | 'start' | 'annotation'>

function createAsk({ swallowed }: CaptureDeps, { cacheEntries }: CaptureRules): (question: Question) => Asked {
  const actionOf = createRouteActions(cacheEntries)

  function routeOf(exchange: Exchange, path: string): MatchedRoute | undefined {
    try {
      return exchange.route(path)
    } catch (error) {
      swallowed(error)
      return undefined
    }
  }

  return ({ exchange, start, annotation }) => {
    const route = routeOf(exchange, start.path)
    const derived = route === undefined ? undefined : actionOf(start.method, route.pattern)
    return { exchange, start, annotation, route, derived }
  }
}

function addDeclared(captured: Scope, exchange: Exchange, swallowed: (error: unknown) => void): void {
  try {
    const declared = exchange.declared?.()
    if (declared === undefined) return
    if (declared.isLeftOut) captured.skipped = true
    captured.annotation = mergeAnnotations(declared.annotation(), captured.annotation ?? {})
  } catch (error) {
    swallowed(error)
  }
}

function addLate(captured: Scope, late: readonly (() => Annotation)[], swallowed: (error: unknown) => void): void {
  for (const fn of late) {
    try {
      // What the handler itself said wins over what was declared beside the route.
      captured.annotation = mergeAnnotations(fn(), captured.annotation ?? {})
    } catch (error) {
      swallowed(error)
    }
  }
}

/**
 * Denied and failed requests are never left out, but for the plain 404 of a GET that no route matched: that is noise
 * which anybody can make. Successes are left out on `skip()`, and where neither `capture` nor an annotation wants them.
 */
function isKept({ start, annotation, route, result, status }: EndedRequest, skipped: boolean): boolean {
  const annotated = annotation?.action !== undefined
  if (route === undefined && !annotated && (status === undefined || status < 400 || status === 404)) {
    const { method } = start
    if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return false
  }
  if (result === 'denied' || result === 'failure') return true
  return !skipped && (start.wanted || annotated)
}

function bareEvent({ start, result, identity }: EndedRequest): EventInput {
  const { actor, workspace } = identity
  return { action: UNMATCHED, id: start.id, occurredAt: start.atMs, result, actor, workspace, source: 'http' }
}
