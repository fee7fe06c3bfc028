import {
  type Answer,
  answerResponse,
  emptyResponse,
  problemResponse,
  type StreamedAnswer,
  streamedResponse,
} from './answer'
import type { Need, Principal } from './authorize'
import { tagged } from './entity-tag'
import type { Match, Matcher } from './match'
import { mayGoOn } from './may-go-on'
import type { ApiRequest, ApiResponse } from './message'
import { isProblem, problem, quoted, type Problem } from './problem'
import { readPath, readQuery } from './read-parameters'
import type { AnyCall, Route } from './route'
import type { ApiServices } from './services'
import { namedWorkspace, permissionFor, tenantFor } from './tenant'

/** What the steps of answering a request need. */
export interface Dispatcher {
  readonly find: Matcher
  readonly services: ApiServices
  /** Asks `authorize`; `ownId` may read its own activity. Rejects with ERR_AUTHORIZE_FAILED. */
  readonly admit: (request: ApiRequest, need: Need, ownId?: string) => Promise<Principal | Problem>
  /** Records that events of a workspace were shown. Never throws. */
  readonly viewed: (call: AnyCall, workspaceId: string) => void
}

/** Answers a request: path, method, principal, parameters, tenant, and only then the handler. Rejects on failure. */
export async function dispatch(dispatcher: Dispatcher, request: ApiRequest): Promise<ApiResponse> {
  const match = dispatcher.find(request.path)
  if (!match) return problemResponse(noRoute(request))
  if (request.method === 'OPTIONS') return emptyResponse({ allow: allowed(match) })
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const route = match.routes.find((candidate) => candidate.method === method)
  if (!route) return problemResponse(noMethod(request, match))
  const answer = await answerRoute(dispatcher, request, { route, named: match.params })
  if (isProblem(answer)) return problemResponse(answer)
  if (answer.kind === 'stream') return streamedResponse(answer)
  return answer.reads === undefined ? answerResponse(answer) : tagged(answerResponse(answer), request)
}

/** A route and the parameters of its path, decoded and not yet checked. */
interface Target {
  readonly route: Route
  readonly named: Match['params']
}

async function answerRoute(
  dispatcher: Dispatcher,
  request: ApiRequest,
  target: Target,
): Promise<Answer | StreamedAnswer | Problem> {
  const call = await prepare(dispatcher, request, target)
  if (isProblem(call)) return call
  const answer = await target.route.handle(call as Parameters<Route['handle']>[0], dispatcher.services)
  if (!isProblem(answer) && answer.reads !== undefined) dispatcher.viewed(call, answer.reads)
  return answer
}

/** Who comes before what: a stranger learns nothing from the answers to bad parameters. */
async function prepare({ admit }: Dispatcher, request: ApiRequest, target: Target): Promise<AnyCall | Problem> {
  const { route, named } = target
  const workspace = namedWorkspace(route.tenancy, named, request)
  let principal: Principal | undefined
  if (route.permission !== 'none') {
    const permission = permissionFor(route.permission, workspace)
    const need: Need = { permission, ...(workspace !== undefined && { workspaceId: workspace }) }
    const admitted = await admit(request, need, route.own === undefined ? undefined : named[route.own])
    if (isProblem(admitted)) return admitted
    principal = admitted
  }
  const params = readPath(route.params, named)
  if (isProblem(params)) return params
  const query = readQuery(route.query, request.query)
  if (isProblem(query)) return query
  const workspaceId = principal && readsOneTenant(route) ? tenantFor(principal, workspace) : undefined
  if (isProblem(workspaceId)) return workspaceId
  const asked = { request, route, workspaceId }
  return { ...asked, params, query, principal, mayGoOn: () => mayGoOn(asked, admit) }
}

function readsOneTenant({ tenancy }: Route): boolean {
  return tenancy === 'path' || tenancy === 'choice'
}

function noRoute({ path }: ApiRequest): Problem {
  return problem('ERR_ROUTE_UNKNOWN', `There is no endpoint ${quoted(path)}.`, {
    remedy: 'GET /openapi.json lists them.',
  })
}

function allowed({ routes }: Match): string {
  return [...routes.flatMap(({ method }) => (method === 'GET' ? [method, 'HEAD'] : [method])), 'OPTIONS'].join(', ')
}

function noMethod({ method }: ApiRequest, match: Match): Problem {
  const allow = allowed(match)
  return problem('ERR_METHOD_UNKNOWN', `This endpoint does not take ${quoted(method)}.`, {
    remedy: `Use one of ${allow}.`,
    headers: { allow },
  })
}
