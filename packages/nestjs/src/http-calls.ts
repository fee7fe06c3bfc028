import { type DeclaredAtEnd, exchangeOfRequest } from '@actrail/core'
import type { CallHandler, ExecutionContext } from '@nestjs/common'
import type { ModulesContainer } from '@nestjs/core'
import { type Observable, tap } from 'rxjs'
import { annotationOf, type AuditedCall, type Declaration, declarationOf, isWanted, NO_CALL } from './declaration.js'
import { createDeclaredRoutes, type DeclaredRoutes } from './declared-routes.js'
import { HttpExchange, type ReachedCall } from './http-exchange.js'
import { type HttpRequest, nodeRequest } from './http-request.js'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Under which Nest keeps the {@link HttpCalls} of an application. */
export const CALLS = Symbol.for('actrail.nestjs.calls.v1')

/** What was declared for which request: between the capture of requests, which asks at their end, and the interceptor. */
export class HttpCalls {
  private routes: DeclaredRoutes | undefined

  constructor(private readonly modules: ModulesContainer) {}

  /** Runs a declared handler, which a request has reached, and notes its result. */
  reach(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const declaration = declarationOf(context.getClass(), context.getHandler())
    if (declaration === undefined) return next.handle()
    const call: ReachedCall = { declaration, result: undefined }
    const exchange = exchangeOfRequest(nodeRequest(context.switchToHttp().getRequest<HttpRequest>()))
    if (exchange instanceof HttpExchange) exchange.reached = call
    return next.handle().pipe(tap((result) => (call.result = result)))
  }

  /**
   * What was declared for a request whose response has ended: only then it is known who was reached, and with what
   * result. Who was not reached is looked for by the route, which is enough to name an event, but not to leave one out.
   */
  declaredFor(exchange: HttpExchange): DeclaredAtEnd | undefined {
    const routes = (this.routes ??= createDeclaredRoutes(this.modules))
    if (routes.isEmpty) return undefined
    const { native, reached } = exchange
    const declaration = reached === undefined ? byRoute(routes, exchange) : reached.declaration
    if (declaration === undefined) return undefined
    const call = callOf(native, reached?.result)
    return {
      annotation: () => annotationOf(declaration, call),
      isLeftOut: reached !== undefined && isLeftOut(declaration, call),
    }
  }
}

function byRoute(routes: DeclaredRoutes, exchange: HttpExchange): Declaration | undefined {
  const pattern = exchange.route()?.pattern
  return pattern === undefined ? undefined : routes.find(exchange.native.method, pattern)
}

function callOf(request: HttpRequest, result: unknown): AuditedCall & { readonly request: HttpRequest } {
  const { params, query, body } = request
  return { ...NO_CALL, request, params, query, body, result }
}

function isLeftOut(declaration: Declaration, call: ReturnType<typeof callOf>): boolean {
  const isRead = declaration.capture === 'mutations' && SAFE.has(call.request.method)
  return declaration.isLeftOut === true || isRead || !isWanted(declaration, call)
}
