import type { MatchedRoute } from '@actrail/core'
import type { Request } from 'express'

/** The parts of a match that Express takes away again: it restores them when an error leaves the router. */
interface Match {
  readonly path: unknown
  readonly baseUrl: string
  readonly params: Readonly<Record<string, unknown>>
}

const MATCH = Symbol.for('actrail.express.match')
const ROUTE = Symbol.for('actrail.express.route')

interface Watched {
  [MATCH]?: Match | undefined
  [ROUTE]?: unknown
}

// Express assigns `req.route` at each match, the last time right before the handlers run: then `baseUrl` and `params`
// are right. At the end of a failed request they are no longer. One shared descriptor costs nothing measurable.
const routeAccessor: PropertyDescriptor & ThisType<Request & Watched> = {
  configurable: true,
  enumerable: true,
  get() {
    return this[ROUTE]
  },
  set(route: { path?: unknown } | undefined) {
    this[ROUTE] = route
    this[MATCH] = route == null ? undefined : { path: route.path, baseUrl: this.baseUrl, params: this.params }
  },
}

/** Remembers each route that Express matches for this request. Called once for a request. */
export function watchRoute(req: Request): void {
  Object.defineProperty(req, 'route', routeAccessor)
}

/** The last matched route; undefined when none matched, or when only a catch-all was passed through to a 404. */
export function matchedRoute(req: Request): MatchedRoute | undefined {
  const match = (req as Watched)[MATCH]
  if (match === undefined) return undefined
  const path = pathText(match.path)
  const pattern = `${patternOfMount(match)}${path === '/' ? '' : path}` || '/'
  // Express leaves `req.route` in place when a handler falls through (expressjs/express#2883). A catch-all that called
  // next() and ended in a 404 has not matched anything.
  if (isCatchAll(path) && req.res?.statusCode === 404 && req.params !== match.params) return undefined
  return { pattern, params: match.params }
}

const isCatchAll = (path: string): boolean => /^\/?[({/]*\*|^\(\.\*\)/.test(path)

/** A route's path may be a string, a regular expression or a list of them; the first names it. */
function pathText(path: unknown): string {
  if (typeof path === 'string') return path
  if (Array.isArray(path)) return pathText(path[0])
  return path instanceof RegExp ? `/(${path.source.replace(/\//g, '')})` : '/'
}

const LOOKS_LIKE_AN_ID = /^(\d+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{24,}|(?=.*\d)[\w-]{16,})$/i

/**
 * `baseUrl` is the text of the request, not the pattern of the mount, so a router mounted on a parameter would put ids
 * into the route's name: what equals a parameter's value becomes that parameter, what looks like an id becomes `:id`.
 */
function patternOfMount({ baseUrl, params }: Match): string {
  if (baseUrl === '') return ''
  const byValue = new Map(Object.entries(params).map(([name, value]) => [String(value), name]))
  return baseUrl
    .split('/')
    .map((segment) => {
      const name = segment === '' ? undefined : byValue.get(segment)
      if (name !== undefined) return `:${name}`
      return LOOKS_LIKE_AN_ID.test(segment) ? ':id' : segment
    })
    .join('/')
}
