import { createDeclaration, type Declared, scopeOfRequest } from '@actrail/core'
import type { Context, Next } from 'koa'

/** What `audited` says about a route. Functions are asked once the response has ended, when created ids exist. */
export type AuditedOptions = Declared<[ctx: Context]>

/** Fits beside any handler, with a router or without one. */
export type AuditedHandler = (ctx: Pick<Context, 'req'>, next: Next) => Promise<unknown>

/**
 * Names the action of a route. What the handler itself annotates wins.
 * @example router.post('/issues', audited('issue.created', { resource: (ctx) => ({ type: 'issue', id: ctx.state.id }) }), create)
 */
export function audited(action: string, options: AuditedOptions = {}): AuditedHandler {
  const annotationOf = createDeclaration(action, options)
  return (ctx, next) => {
    scopeOfRequest(ctx.req).annotateAtEnd(() => annotationOf(ctx as Context))
    return next()
  }
}
