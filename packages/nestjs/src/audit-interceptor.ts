import { scopeOfRequest } from '@actrail/core'
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common'
import type { ServerResponse } from 'node:http'
import { type Observable, tap } from 'rxjs'
import { type Declaration, declarationOf, isWanted } from './declaration.js'
import { callOf, type HttpCalls, type ReachedCall } from './http-calls.js'
import { type HttpRequest, nodeRequest } from './http-exchange.js'

type Declared = ReturnType<typeof declarationOf>

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Tells the event of a request which handler it has reached, and its result. What happens before that, capture knows. */
export class AuditInterceptor implements NestInterceptor {
  private readonly known = new WeakMap<object, WeakMap<object, { readonly declared: Declared }>>()

  constructor(private readonly calls: HttpCalls) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle()
    const http = context.switchToHttp()
    const request = http.getRequest<HttpRequest>()
    const declaration = this.declarationOf(context)
    const call: ReachedCall = { declaration, result: undefined }
    this.calls.reach(request, call)
    if (declaration !== undefined && isLeftOut(declaration, request)) scopeOfRequest(nodeRequest(request)).skip()
    return next.handle().pipe(
      tap({
        next: (result) => {
          call.result = result
          if (declaration !== undefined && !isWanted(declaration, callOf(request, result)))
            scopeOfRequest(nodeRequest(request)).skip()
        },
        error: () => {
          // Nest ends a response that has begun as if all were well: what its status says is not how it went.
          if (hasBegun(http.getResponse())) scopeOfRequest(nodeRequest(request)).annotate({ result: 'failure' })
        },
      }),
    )
  }

  private declarationOf(context: ExecutionContext): Declared {
    const type = context.getClass()
    const handler = context.getHandler()
    let ofClass = this.known.get(type)
    if (ofClass === undefined) this.known.set(type, (ofClass = new WeakMap<object, { readonly declared: Declared }>()))
    let found = ofClass.get(handler)
    if (found === undefined) ofClass.set(handler, (found = { declared: declarationOf(type, handler) }))
    return found.declared
  }
}

function isLeftOut({ isLeftOut, capture }: Declaration, { method }: HttpRequest): boolean {
  return isLeftOut === true || (capture === 'mutations' && SAFE.has(method))
}

function hasBegun(response: ServerResponse | { readonly raw: ServerResponse }): boolean {
  return ('raw' in response ? response.raw : response).headersSent
}
