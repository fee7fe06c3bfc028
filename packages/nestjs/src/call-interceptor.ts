import { currentScope, runInScope, Scope, scopeOfRequest } from '@actrail/core'
import { type CallHandler, type ExecutionContext, Inject, type NestInterceptor, Optional } from '@nestjs/common'
import type { Observable } from 'rxjs'
import { AuditTrail } from './audit-trail.js'
import { declarationOf } from './declaration.js'
import { type DoorCall, doorCallOf, isQuery } from './door.js'
import { nodeRequest } from './http-exchange.js'
import { createCallRecord, recordValues } from './record-call.js'

/**
 * Records an event of its own for each audited call of a resolver, a gateway or a message handler. `@Audited` puts it on
 * the method, since Nest asks global interceptors neither in gateways nor in the microservices of a hybrid application.
 */
export class CallInterceptor implements NestInterceptor {
  constructor(@Optional() @Inject(AuditTrail) private readonly trail?: AuditTrail) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { trail } = this
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
