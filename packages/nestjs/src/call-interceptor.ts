import { currentScope, runInScope, Scope, scopeOfRequest } from '@actrail/core'
import { type CallHandler, type ExecutionContext, Inject, type NestInterceptor, Optional } from '@nestjs/common'
import type { Observable } from 'rxjs'
import { AuditTrail } from './audit-trail.js'
import { declarationOf } from './declaration.js'
import { type DoorCall, doorCallOf, isQuery } from './door.js'
import { CALLS, HttpCalls } from './http-calls.js'
import { nodeRequest } from './http-request.js'
import { createCallRecord, recordValues } from './record-call.js'

/**
 * Tells of which declared handler a request has reached, and records an event of its own for each audited call of a
 * resolver, a gateway or a message handler. The decorators put it on the method: an interceptor for all would cost every
 * request (nestjs/nest#11142 binds each to its async context), and Nest asks global ones neither in gateways nor in the
 * microservices of a hybrid application.
 */
export class CallInterceptor implements NestInterceptor {
  constructor(
    @Optional() @Inject(AuditTrail) private readonly trail?: AuditTrail,
    @Optional() @Inject(CALLS) private readonly calls?: HttpCalls,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { trail, calls } = this
    if (context.getType() === 'http') return calls === undefined ? next.handle() : calls.reach(context, next)
    const [type, handler] = [context.getClass(), context.getHandler()]
    const declared = declarationOf(type, handler)
    const found = doorCallOf(context)
    if (trail === undefined || declared === undefined || found === undefined) return next.handle()
    const { door, call } = found
    const scope = new Scope(scopeAround(found), true)
    const record = createCallRecord(trail, {
      declaration: {
        action: `${type.name}.${handler.name}`,
        ...declared,
        isLeftOut: declared.isLeftOut === true || (declared.capture === 'mutations' && isQuery(handler)),
      },
      source: door,
      call,
      scope,
    })
    return recordValues(
      runInScope(scope, () => next.handle()),
      record,
    )
  }
}

/** What fetched a stored query may have lost the async context: then the resolver's request itself is the scope. */
function scopeAround({ call: { request } }: DoorCall): Scope | undefined {
  const around = currentScope()
  if (request === undefined) return around
  const ofRequest = scopeOfRequest(nodeRequest(request))
  for (let scope = around; scope !== undefined; scope = scope.parent) if (scope === ofRequest) return around
  return ofRequest
}
