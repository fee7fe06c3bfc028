import { type Annotation, scopeOfRequest } from '@actrail/core'
import type { NextFunction, Request, Response } from 'express'

type OrFromRequest<T> = T | ((req: Request, res: Response) => T | undefined)

/** What `audited` says about a route. Functions are asked once the response has ended, when created ids exist. */
export interface AuditedOptions {
  readonly resource?: OrFromRequest<NonNullable<Annotation['resource']>>
  readonly issue?: OrFromRequest<string>
  readonly project?: OrFromRequest<string>
  readonly workspace?: OrFromRequest<string>
  readonly details?: OrFromRequest<NonNullable<Annotation['details']>>
  readonly changes?: OrFromRequest<NonNullable<Annotation['changes']>>
}

/** Fits beside any handler: it leaves the types of the route's parameters to Express. */
export type AuditedHandler = <Params>(req: Request<Params>, res: Response, next: NextFunction) => void

/**
 * Names the action of a route. What the handler itself annotates wins.
 * @example app.post('/issues', audited('issue.created', { resource: (req, res) => ({ type: 'issue', id: res.locals.id }) }), create)
 */
export function audited(action: string, options: AuditedOptions = {}): AuditedHandler {
  const said: [string, unknown][] = Object.entries(options)
  return (req, res, next) => {
    scopeOfRequest(req).annotateAtEnd(() => {
      const annotation: Record<string, unknown> = { action }
      for (const [key, value] of said) {
        const found = isFunction(value) ? value(req, res) : value
        if (found !== undefined) annotation[key] = found
      }
      return annotation
    })
    next()
  }
}

const isFunction = (value: unknown): value is (...args: unknown[]) => unknown => typeof value === 'function'
