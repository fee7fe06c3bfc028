import { type Annotation, scopeOfRequest } from '@actrail/core'
import type { ModulesContainer } from '@nestjs/core'
import { annotationOf, type AuditedCall, type Declaration, NO_CALL } from './declaration.js'
import { createDeclaredRoutes, type DeclaredRoutes } from './declared-routes.js'
import type { HttpExchange, HttpRequest } from './http-exchange.js'

/** A request that has reached its handler, and the result as soon as there is one. */
export interface ReachedCall {
  readonly declaration: Declaration | undefined
  result: unknown
}

/** Which requests are with which handler: between the capture of requests, which begins them, and the interceptor. */
export class HttpCalls {
  private readonly reached = new WeakMap<object, ReachedCall>()
  private routes: DeclaredRoutes | undefined

  constructor(private readonly modules: ModulesContainer) {}

  /** The request has reached its handler. */
  reach(request: HttpRequest, call: ReachedCall): void {
    this.reached.set(request, call)
  }

  /** Has the declaration asked for when the response has ended: only then it is known who was reached, and with what result. */
  listen(exchange: HttpExchange): void {
    scopeOfRequest(exchange.req).annotateAtEnd(() => this.annotation(exchange))
  }

  private annotation(exchange: HttpExchange): Annotation {
    const call = this.reached.get(exchange.native)
    const declaration = call === undefined ? this.byRoute(exchange) : call.declaration
    return declaration === undefined ? {} : annotationOf(declaration, callOf(exchange.native, call?.result))
  }

  private byRoute(exchange: HttpExchange): Declaration | undefined {
    const pattern = exchange.route()?.pattern
    if (pattern === undefined) return undefined
    this.routes ??= createDeclaredRoutes(this.modules)
    return this.routes(exchange.native.method, pattern)
  }
}

/** What the functions of a declaration get of a request. */
export function callOf(request: HttpRequest, result: unknown): AuditedCall {
  const { params, query, body } = request
  return { ...NO_CALL, request, params, query, body, result }
}
