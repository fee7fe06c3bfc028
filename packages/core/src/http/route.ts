import type { z } from 'zod'

import type { Answer, StreamedAnswer } from './answer'
import type { Principal } from './authorize'
import type { ApiRequest } from './message'
import type { Permission } from './permission'
import type { Problem, ProblemCode } from './problem'
import type { ApiServices } from './services'

/**
 * How a route finds its tenant. `path`: the path parameter `ws_id`. `choice`: the principal's one workspace, or the one
 * that the parameter `workspace` names. `principal`: all of the principal's. `none`: the route reads no events.
 */
export type Tenancy = 'path' | 'choice' | 'principal' | 'none'

/** One request after its route, principal, tenant and parameters are known to be good. */
export interface Call<Params, Query> {
  readonly request: ApiRequest
  readonly route: Route
  readonly params: Params
  readonly query: Query
  /** Absent only on routes with `permission: 'none'`. */
  readonly principal: Principal | undefined
  /** The tenant to read; `'*'` for all of them, `undefined` where {@link Tenancy} decides otherwise. */
  readonly workspaceId: string | undefined
  /** Asks `authorize` once more, for an answer that is still being written. Rejects when that fails. */
  mayGoOn(): Promise<boolean>
}

/** A call whose parameters do not matter. */
export type AnyCall = Call<unknown, unknown>

/** A documented answer: its JSON schema and the headers that are its own. */
export interface AnswerSpec {
  /** Default: 200. */
  readonly status?: 201
  readonly description: string
  readonly schema: z.ZodType
  readonly headers?: Readonly<Record<string, string>>
  /** What it means when the same answer comes with the status 503; absent where it never does. */
  readonly unavailable?: string
  /** Media types beside JSON, with what they hold. */
  readonly otherMedia?: Readonly<Record<string, z.ZodType>>
}

/** Everything about an endpoint in one place; the OpenAPI document and the reference page are made from it. */
export interface RouteSpec<Params extends z.ZodObject, Query extends z.ZodObject> {
  readonly method: 'GET' | 'POST'
  /** Path below the mount point with `{parameters}`. A request may end it with one more slash. */
  readonly path: string
  /** Stable name for generated clients. */
  readonly operationId: string
  /** One line. */
  readonly summary: string
  readonly description?: string
  readonly permission: Permission | 'none'
  /** The path parameter that names an actor: who reads what it did itself needs no `permission`. */
  readonly own?: string
  readonly tenancy: Tenancy
  readonly params: Params
  /** Flat; arrays are repeatable parameters. Each member is described and has an example. */
  readonly query: Query
  /** What the body must be; the handler reads it with `readBody`. Absent where none is taken. */
  readonly body?: z.ZodType
  readonly answer: AnswerSpec
  /** The problems of its own, beside those that every route of its kind can answer. */
  readonly problems?: readonly ProblemCode[]
  handle(
    call: Call<z.output<Params>, z.output<Query>>,
    services: ApiServices,
  ): Promise<Answer | StreamedAnswer | Problem>
}

/** A {@link RouteSpec} whose parameter types have been checked and forgotten, so that routes fit into one table. */
export type Route = RouteSpec<z.ZodObject, z.ZodObject>

/** Declares a route; the handler's `params` and `query` have the types of the schemas beside it. */
export function route<Params extends z.ZodObject, Query extends z.ZodObject>(spec: RouteSpec<Params, Query>): Route {
  return spec
}
