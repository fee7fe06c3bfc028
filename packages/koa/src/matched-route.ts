import type { MatchedRoute } from '@actrail/core'

type Params = Readonly<Record<string, unknown>>

/** What `@koa/router` (13 to 15) and koa-mount leave on the context; Koa itself has no routes. */
export interface RoutedContext {
  readonly method: string
  readonly status: number
  /** The layer that ran last: a route, or a middleware of the router, which has a path too. */
  readonly _matchedRoute?: string | RegExp
  /** Every layer whose path fits, whatever its methods, in the order in which they run. */
  readonly matched?: readonly Layer[]
  readonly params?: Params
  /** The innermost mount point, which is no part of the pattern. */
  readonly mountPath?: string
}

interface Layer {
  readonly path: string | RegExp
  /** Empty for middleware. */
  readonly methods: readonly string[]
  match(path: string): boolean
  captures(path: string): string[]
  params(path: string, captures: string[]): Params
}

/**
 * The route that `@koa/router` matched, which is still there when the response has ended, also after a throw. None without
 * a router, and none for a 405: no route took the method. `path` is the path as the client sent it.
 *
 * `ctx._matchedRoute` alone would name a middleware of the router (`router.use(authenticate)`) when that one refuses, and
 * lacks where koa-mount has put the router (ZijianHe/koa-router#246, #299).
 */
export function matchedRoute(ctx: RoutedContext, path: string): MatchedRoute | undefined {
  const { _matchedRoute: ran, matched = [], method, mountPath } = ctx
  if (ran === undefined) return undefined
  const routes = matched.filter(({ methods }) => methods.includes(method))
  const route = routes.findLast((layer) => layer.path === ran) ?? routes[0]
  if (route === undefined) return undefined
  const pattern = typeof route.path === 'string' ? route.path : `/(${route.path.source.replace(/\\?\//g, '')})`
  // A catch-all that called next() and ended in a 404 has not matched anything.
  if (CATCH_ALL.test(pattern) && ctx.status === 404) return undefined
  const mount = mountPath === undefined ? '' : mountOf(mountPath, pattern, path)
  return { pattern: mount + pattern, params: paramsOf(route, ctx, path.slice(mount.length)) }
}

/** `/{*any}` to router 15; `(.*)`, `/:any*` and `/:any(.*)` to router 13. */
const CATCH_ALL = /^\/?(?::\w+)?(?:[({/]*\*|\(\.\*\))/

function paramsOf(route: Layer, { _matchedRoute: ran, params = {} }: RoutedContext, path: string): Params {
  if (route.path === ran || !route.match(path)) return params
  return route.params(path, route.captures(path))
}

/** What lies before the route in the path, if koa-mount took it away: mounts may be nested, and one may have passed on. */
function mountOf(mountPath: string, pattern: string, path: string): string {
  if (/[*({?+]/.test(pattern)) return ''
  const sent = segmentsOf(path)
  const before = sent.slice(0, Math.max(0, sent.length - segmentsOf(pattern).length))
  const mount = before.map((segment) => `/${segment}`).join('')
  return mount.endsWith(mountPath) ? mount : ''
}

const segmentsOf = (path: string): string[] => path.split('/').filter((segment) => segment !== '')
