import { createDeclaration, type Declared, scopeOfRequest } from '@actrail/core'
import type { NextFunction, Request, Response } from 'express'

/** What `audited` says about a route. Functions are asked once the response has ended, when created ids exist. */
export type AuditedOptions = Declared<[req: Request, res: Response]>

/** Fits beside any handler: it leaves the types of the route's parameters to Express. */
export type AuditedHandler = <Params>(req: Request<Params>, res: Response, next: NextFunction) => void

/**
 * Names the action of a route. What the handler itself annotates wins.
 * @example app.post('/issues', audited('issue.created', { resource: (req, res) => ({ type: 'issue', id: res.locals.id }) }), create)
 */
export function audited(action: string, options: AuditedOptions = {}): AuditedHandler {
  const annotationOf = createDeclaration(action, options)
  return (req, res, next) => {
    scopeOfRequest(req).annotateAtEnd(() => annotationOf(req as Request, res))
    next()
  }
}
