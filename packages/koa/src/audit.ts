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
import type { Context, Middleware, Next, ParameterizedContext } from 'koa'
import { matchedRoute } from './matched-route'

/** The middleware, with the trail that it feeds. */
export interface Activity extends Middleware {
  readonly trail: AuditTrail<Context>
  /**
   * The endpoints as middleware: what is not theirs goes on. They refuse until `authorize` is given.
   * @param prefix the path that they are below, such as `/api/v1`. Default: the root, or where koa-mount has put them
   */
  router(prefix?: string): Middleware
  /** The explicit form of `annotate`, `skip` and `record`, for callback APIs that lose the async scope. */
  of(ctx: ParameterizedContext): RequestHandle
}

/**
 * Makes the middleware that records every request below it. Mount it first, so that body-parser failures and refused
 * log-ins are kept too. Without options it writes to an embedded store in `./.actrail`; it also takes a trail that is
 * made already, to share one with jobs, or in tests.
 *
 * @throws ActrailError `ERR_OPTION_UNKNOWN`, `ERR_OPTION_INVALID` for options that it cannot use
 * @example
 * const activity = audit({ database: process.env.DATABASE_URL })
 * app.use(activity).use(activity.router('/api/v1'))
 */
export function audit(options: AuditOptions<Context> | AuditTrail<Context> = {}): Activity {
  const trail = isTrail(options) ? options : createAuditTrail<Context>(options)
  const middleware = (ctx: ParameterizedContext, next: Next): Promise<unknown> =>
    trail.capture(new KoaExchange(ctx), next)
  return Object.assign(middleware, {
    trail,
    of: (ctx: ParameterizedContext) => trail.of(ctx),
    router: (prefix?: string) => createRouter(trail, prefix),
  })
}

function isTrail(options: AuditOptions<Context> | AuditTrail<Context>): options is AuditTrail<Context> {
  return typeof options.capture === 'function'
}

function createRouter(trail: AuditTrail<Context>, prefix = ''): Middleware {
  const segments = prefix.split('/').filter((segment) => segment !== '')
  const base = segments.map((segment) => `/${segment}`).join('')
  return async (ctx: ParameterizedContext, next: Next): Promise<unknown> => {
    if (!`${ctx.path}/`.startsWith(`${base}/`)) return next()
    const request = toApiRequest(ctx.request, { basePath: mountOf(ctx) + base, native: ctx })
    if (!trail.handles(request)) return next()
    trail.exempt(ctx)
    ctx.respond = false // from here on the response is the API's, whose answers are the same in every framework
    return send(ctx.res, await trail.handle(request))
  }
}

/** koa-mount takes its own prefix away from `ctx.url`, where links need it. */
function mountOf({ originalUrl, url }: ParameterizedContext): string {
  return originalUrl.endsWith(url) ? originalUrl.slice(0, -url.length) : ''
}

/** Never asks `ctx.ip`: with `app.proxy` it is the leftmost X-Forwarded-For entry, which anybody can send (koajs/koa#1413). */
class KoaExchange implements Exchange {
  readonly req: Exchange['req']
  readonly res: Exchange['res']
  readonly url: string
  constructor(readonly native: ParameterizedContext) {
    this.req = native.req
    this.res = native.res
    this.url = native.originalUrl
  }

  route(path: string): MatchedRoute | undefined {
    return matchedRoute(this.native, path)
  }

  user(): unknown {
    return (this.native.state as { user?: unknown }).user
  }

  body(): unknown {
    return (this.native.request as { body?: unknown }).body
  }
}
