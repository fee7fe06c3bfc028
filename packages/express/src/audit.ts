import {
  createAuditTrail,
  type AuditOptions,
  type AuditTrail,
  type Exchange,
  type MatchedRoute,
  type RequestHandle,
  send,
  toApiRequest,
} from '@actrail/core'
import type { Request, RequestHandler, Response } from 'express'
import { matchedRoute } from './matched-route'

/** The middleware, with the trail that it feeds. */
export interface Activity extends RequestHandler {
  readonly trail: AuditTrail<Request>
  /** The endpoints, to be mounted with `app.use('/api/v1', activity.router())`. They refuse until `authorize` is given. */
  router(): RequestHandler
  /** The explicit form of `annotate`, `skip` and `record`, for callback APIs that lose the async scope. */
  of(req: Request): RequestHandle
}

/**
 * Makes the middleware that records every request below it. Mount it first, so that body-parser failures and refused
 * log-ins are kept too. Without options it writes to an embedded store in `./.actrail`; it also takes a trail that is
 * made already, to share one with jobs, or in tests.
 *
 * @throws ActrailError `ERR_OPTION_UNKNOWN`, `ERR_OPTION_INVALID` for options that it cannot use
 * @example
 * const activity = audit({ database: process.env.DATABASE_URL })
 * app.use(activity)
 * app.use('/api/v1', activity.router())
 */
export function audit(options: AuditOptions<Request> | AuditTrail<Request> = {}): Activity {
  const trail = isTrail(options) ? options : createAuditTrail<Request>(options)
  const middleware: RequestHandler = (req, res, next) => {
    const waits: unknown = trail.capture(new ExpressExchange(req, res), next)
    // Express 4 has no ear for promises.
    if (waits instanceof Promise) waits.catch(next)
  }
  return Object.assign(middleware, {
    trail,
    of: (req: Request) => trail.of(req),
    router: (): RequestHandler => (req, res, next) => {
      const request = toApiRequest(req, { basePath: req.baseUrl })
      // The router may be mounted beside the host's own routes: what is not ours goes on.
      if (!trail.handles(request)) return next()
      trail.exempt(req)
      void trail.handle(request).then((response) => send(res, response))
    },
  })
}

function isTrail(options: AuditOptions<Request> | AuditTrail<Request>): options is AuditTrail<Request> {
  return typeof options.capture === 'function'
}

class ExpressExchange implements Exchange {
  readonly native: Request
  readonly url: string
  constructor(
    readonly req: Request,
    readonly res: Response,
  ) {
    this.native = req
    this.url = req.originalUrl
  }

  route(path: string): MatchedRoute | undefined {
    return matchedRoute(this.req, path)
  }

  user(): unknown {
    return (this.req as { user?: unknown }).user
  }

  body(): unknown {
    return this.req.body
  }
}
