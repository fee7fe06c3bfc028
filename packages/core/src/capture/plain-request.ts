import { isDeepStrictEqual } from 'node:util'
import { canonicalText } from '../ledger/canonical'
import { cleanColumn, MAX_BYTES, traceIdOf } from '../ledger/normal-form'
import { sealRow } from '../ledger/row'
import { verbOf } from '../model/action'
import { type Actor, type Result, RESULTS } from '../model/event'
import { isStorableTime } from '../model/instant'
import { DEFAULT_WORKSPACE } from '../model/workspaces'
import type { Redactor } from '../redact/redactor'
import type { Include } from './capture-options'
import { type EndedRequest, paramOf } from './request-event'
import type { RouteAction } from './route-action'
import type { Start } from './start'

/** What is the same for all requests of a route, as canonical JSON. */
interface Pieces {
  readonly action: string
  readonly beforePath: string
  readonly behindPath: string
  /** Of the resource, and the result. */
  readonly types: Readonly<Record<Result, string>>
  readonly verbs: Readonly<Record<Result, string>>
}

/** Longer texts go the long way, so that none that is too long for the limits goes this one. */
const TEXT_AT_MOST = 256
const ANY_TEXT = 'x'.repeat(TEXT_AT_MOST * 6)

/**
 * Writes the row of a request of which nothing was annotated and nothing more is included, as most are: byte for byte the
 * text that its event has by the long way (put together, normalised, redacted, encoded), in half the time. What is the
 * same for a route is written once. Answers undefined for a request that is not so plain.
 */
export function createPlainRequest(include: Include, redactor: Redactor): (ended: EndedRequest) => string | undefined {
  const includesMore = include.query || include.body || include.headers.length > 0
  const known = new WeakMap<RouteAction, Pieces | null>()

  function piecesOf(derived: RouteAction, method: string, pattern: string): Pieces | null {
    let pieces = known.get(derived)
    if (pieces === undefined) known.set(derived, (pieces = makePieces({ derived, method, pattern }, redactor)))
    return pieces
  }

  return (ended) => {
    const { start, route, derived } = ended
    if (includesMore || ended.annotation !== undefined || route === undefined || derived === undefined) return undefined
    if (!isPlain(ended, redactor)) return undefined
    const pieces = piecesOf(derived, start.method, route.pattern)
    if (pieces === null) return undefined
    try {
      return sealRow(canonicalOf(ended, pieces, redactor))
    } catch {
      return undefined // an actor of the host's that cannot be read
    }
  }
}

/** Whether no part of it is of the rarer kinds that only the long way knows. */
function isPlain({ start, route, status, durationUs }: EndedRequest, { isSecretName }: Redactor): boolean {
  const { forwardedFor = '' } = start.headers
  if (start.path.length > TEXT_AT_MOST || forwardedFor.length > TEXT_AT_MOST) return false
  for (const name in route?.params) if (isSecretName(name)) return false
  const isStatus = status === undefined || (Number.isInteger(status) && status >= 100 && status <= 599)
  return isStatus && durationUs >= 0 && Number.isSafeInteger(durationUs) && isStorableTime(start.atMs)
}

interface RouteOfRequests {
  readonly derived: RouteAction
  readonly method: string
  readonly pattern: string
}

/** Null where redaction or a limit has a word in it: then what is kept of a path depends on the path. */
function makePieces({ derived, method, pattern }: RouteOfRequests, redactor: Redactor): Pieces | null {
  const { action, resourceType } = derived
  const given = { method, path: ANY_TEXT, route: pattern, forwarded_for: ANY_TEXT }
  const kept = redactor.object(given)
  if (!isDeepStrictEqual(kept, given) || cleanColumn(action, MAX_BYTES.id) !== action) return null
  return {
    action: `{"action":${canonicalText(action)}`,
    beforePath: `"method":${canonicalText(method)},"path":`,
    behindPath: `,"route":${canonicalText(pattern)}},"duration_us":`,
    types: ofEachResult(
      (result) => `${column(',"resource_type":', resourceType)},"result":"${result}","source":"http"`,
    ),
    verbs: ofEachResult((result) => `,"v":1${column(',"verb":', verbOf(action, result) || 'OTHER')},"workspace_id":`),
  }
}

function ofEachResult(textOf: (result: Result) => string): Readonly<Record<Result, string>> {
  return Object.fromEntries(RESULTS.map((result) => [result, textOf(result)])) as Record<Result, string>
}

/** The columns stand in the order of their names, as in `ledger/row.ts`. */
function canonicalOf(ended: EndedRequest, pieces: Pieces, redactor: Redactor): string {
  const { start, identity, route, derived, status, result } = ended
  return (
    pieces.action +
    actorOf(identity.actor, redactor) +
    `,"context":{${forwardedFor(start, redactor)}${pieces.beforePath}${canonicalText(start.path)}${pieces.behindPath}${ended.durationUs},"id":"${start.id}"` +
    (identity.ip === undefined ? '' : `,"ip":"${identity.ip}"`) +
    column(',"issue_id":', paramOf(route, derived?.issueParam)) +
    `,"occurred_at":${start.atMs}` +
    column(',"project":', paramOf(route, derived?.projectParam)) +
    column(',"request_id":', identity.requestId, MAX_BYTES.requestId) +
    column(',"resource_id":', paramOf(route, derived?.idParam)) +
    pieces.types[result] +
    (status === undefined ? '' : `,"status_code":${status}`) +
    column(',"trace_id":', traceIdOf(identity.traceId)) +
    column(',"user_agent":', identity.userAgent, MAX_BYTES.userAgent) +
    `${pieces.verbs[result]}${canonicalText(cleanColumn(identity.workspace, MAX_BYTES.id) ?? DEFAULT_WORKSPACE)}}`
  )
}

function forwardedFor({ headers }: Start, redactor: Redactor): string {
  const { forwardedFor } = headers
  return forwardedFor === undefined ? '' : `"forwarded_for":${canonicalText(redactor.text(forwardedFor))},`
}

function actorOf(actor: Actor, redactor: Redactor): string {
  const { email, id, name, type } = actor
  const shown = typeof name === 'string' ? redactor.text(name, MAX_BYTES.name) : undefined
  return (
    column(',"actor_email":', email, MAX_BYTES.email) +
    column(',"actor_id":', id) +
    (shown === undefined || shown === '' ? '' : `,"actor_name":${canonicalText(shown)}`) +
    column(',"actor_type":', type)
  )
}

function column(name: string, value: unknown, maxBytes: number = MAX_BYTES.id): string {
  const clean = value === undefined ? undefined : cleanColumn(value, maxBytes)
  return clean === undefined ? '' : name + canonicalText(clean)
}
