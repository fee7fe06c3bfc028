import type { EventInput, Result } from '../model/event'
import type { Redactor } from '../redact/redactor'
import { type Annotation } from '../context/annotation'
import type { CapturedRequest, Identity } from './captured-request'
import type { Exchange, MatchedRoute } from './exchange'
import { single } from './identity'
import type { RouteAction } from './route-action'

/** What of a request is stored beside the event's own columns. */
export interface Include {
  /** Lower-case names of request headers. */
  readonly headers: readonly string[]
  readonly query: boolean
  readonly body: boolean
}

/** Everything that is known about a request at its end. */
export interface EndedRequest {
  readonly captured: CapturedRequest
  readonly exchange: Exchange
  readonly annotation: Annotation | undefined
  readonly identity: Identity
  readonly route: MatchedRoute | undefined
  readonly derived: RouteAction | undefined
  readonly result: Result
  readonly status: number | undefined
  readonly durationUs: number
}

/** A path that no route matched says nothing about a resource, and is kept in the details only. */
export const UNMATCHED = 'http.unmatched'

/** Makes the event of an ended request: what was annotated, else what the route says, else what HTTP says. */
export function createRequestEvent(include: Include, redactor: Redactor): (ended: EndedRequest) => EventInput {
  return (ended) => {
    const { annotation, derived, identity, route } = ended
    const { details, reason, ...annotated } = annotation ?? {}
    const resourceId = param(route, derived?.idParam)
    const issue = annotated.issue ?? issueOf(annotation) ?? param(route, derived?.issueParam)
    const project = annotated.project ?? param(route, derived?.projectParam)
    return {
      ...(derived === undefined
        ? { action: UNMATCHED }
        : {
            action: derived.action,
            resource: { type: derived.resourceType, ...(resourceId !== undefined && { id: resourceId }) },
          }),
      ...annotated,
      id: ended.captured.start.id,
      occurredAt: new Date(ended.captured.start.atMs),
      actor: identity.actor,
      workspace: identity.workspace,
      result: annotated.result ?? ended.result,
      source: 'http',
      durationUs: ended.durationUs,
      ...(ended.status !== undefined && { statusCode: ended.status }),
      ...(identity.ip !== undefined && { ip: identity.ip }),
      ...(identity.userAgent !== undefined && { userAgent: identity.userAgent }),
      ...(identity.requestId !== undefined && { requestId: identity.requestId }),
      ...(identity.traceId !== undefined && { traceId: identity.traceId }),
      ...(issue !== undefined && { issue }),
      ...(project !== undefined && { project }),
      context: { ...contextOf(ended), ...annotated.context },
      ...withDetails({ ...details, ...(reason !== undefined && { reason }) }, ended, redactor),
    }
  }

  function contextOf({ exchange, route }: EndedRequest): Record<string, unknown> {
    const { req } = exchange
    const context: Record<string, unknown> = { method: req.method }
    const forwarded = single(req.headers, 'x-forwarded-for')
    if (forwarded !== undefined) context.forwarded_for = forwarded
    if (route !== undefined) {
      context.path = redactPath(route, pathOf(req.url), redactor)
      context.route = route.pattern
    }
    if (include.query) context.query = Object.fromEntries(new URLSearchParams(req.url?.split('?')[1] ?? ''))
    if (include.body) context.body = exchange.body()
    if (include.headers.length > 0) context.headers = headersOf(exchange, redactor)
    return context
  }

  function headersOf({ req }: Exchange, { header }: Redactor): Record<string, string> {
    const headers: Record<string, string> = {}
    for (const name of include.headers) {
      const value = single(req.headers, name)
      if (value !== undefined) headers[name] = header(name, value)
    }
    return headers
  }
}

function withDetails(
  details: Record<string, unknown>,
  { derived, exchange }: EndedRequest,
  redactor: Redactor,
): { details?: Record<string, unknown> } {
  if (derived === undefined) details.path ??= redactor.text(pathOf(exchange.req.url))
  for (const _ in details) return { details }
  return {}
}

/** An event about an issue belongs to that issue's list. */
function issueOf(annotation: Annotation | undefined): string | undefined {
  return annotation?.resource?.type === 'issue' ? annotation.resource.id : undefined
}

function param(route: MatchedRoute | undefined, name: string | undefined): string | undefined {
  const value = name === undefined ? undefined : route?.params[name]
  if (Array.isArray(value)) return value.join('/')
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The path without its query, which carries secrets more often than facts. */
export function pathOf(url: string | undefined): string {
  if (url === undefined) return ''
  const end = url.indexOf('?')
  return end < 0 ? url : url.slice(0, end)
}

/** `/reset/:token` names its secret itself: the value of such a parameter is taken out of the path. */
function redactPath(route: MatchedRoute, path: string, redactor: Redactor): string {
  let clean = path
  for (const name in route.params) {
    const value = route.params[name]
    if (typeof value === 'string' && value !== '' && redactor.isSecretName(name)) {
      clean = clean.replace(encodeURIComponent(value), '[redacted]').replace(value, '[redacted]')
    }
  }
  return redactor.text(clean)
}
