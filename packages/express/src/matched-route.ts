import type { MatchedRoute } from '@actrail/core'
import type { Request } from 'express'

type Params = Readonly<Record<string, unknown>>

/**
 * The route that Express matched, read when the response has ended. `path` is the path as the client sent it.
 *
 * Express leaves `req.route` as it was when an error, or a handler that calls `next()`, leaves the router
 * (expressjs/express#2883), but takes `req.baseUrl` and `req.params` back: then they are found again by laying the
 * route's pattern over the end of the path. Watching `req.route` by an accessor would cost each request ten times what
 * this does: each property touched on Express's requests misses the engine's caches.
 */
export function matchedRoute(req: Request, path: string): MatchedRoute | undefined {
  const route = req.route as { readonly path: unknown } | undefined
  if (route === undefined) return undefined
  const pattern = patternText(route.path, (req as { readonly params?: Params }).params ?? {})
  const names = namesIn(pattern)
  const { baseUrl, params } = req as { readonly baseUrl?: string; readonly params?: Params }
  const isInside = params !== undefined && hasValues(names, params) && isMountOf(baseUrl ?? '', pattern, path)
  if (isInside) return { pattern: join(patternOfMount(baseUrl ?? '', params), pattern), params }
  // A catch-all that called next() and ended in a 404 has not matched anything.
  if (CATCH_ALL.test(pattern) && req.res?.statusCode === 404) return undefined
  return laidOver(pattern, names, path)
}

const CATCH_ALL = /^\/?[({/]*\*|^\/?\(\.\*\)/
const NAMES = /[:*](\w+)/g
const known = new Map<string, readonly string[]>()

function namesIn(pattern: string): readonly string[] {
  let names = known.get(pattern)
  if (names === undefined) {
    names = Array.from(pattern.matchAll(NAMES), ([, name]) => name ?? '')
    if (known.size < 5_000) known.set(pattern, names)
  }
  return names
}

/**
 * A route's path may be a string, a regular expression or a list of them. The first of a list that has the request's
 * parameters names it: under another one's names a secret in the path would not be known as one.
 */
function patternText(path: unknown, params: Params): string {
  if (typeof path === 'string') return path
  if (Array.isArray(path)) {
    const texts = path.map((each) => patternText(each, params))
    const names = Object.keys(params)
    return (
      texts.find((text) => names.length > 0 && names.every((name) => namesIn(text).includes(name))) ?? texts[0] ?? '/'
    )
  }
  return path instanceof RegExp ? `/(${path.source.replace(/\\?\//g, '')})` : '/'
}

const isPlain = (pattern: string): boolean => !/[*({?+]/.test(pattern)

/** A plain pattern has a value for each of its names as long as the router has not been left. */
function hasValues(names: readonly string[], params: Params): boolean {
  for (const name of names) if (params[name] !== undefined) return true
  return names.length === 0
}

/** Whether what lies before the route in the path is as long as the mount says; patterns of no fixed length always fit. */
function isMountOf(baseUrl: string, pattern: string, path: string): boolean {
  if (!isPlain(pattern)) return true
  return segmentsOf(path).length === segmentsOf(baseUrl).length + segmentsOf(pattern).length
}

function laidOver(pattern: string, names: readonly string[], path: string): MatchedRoute {
  const parts = segmentsOf(pattern)
  const sent = segmentsOf(path)
  if (!isPlain(pattern) || sent.length < parts.length) return { pattern, params: {} }
  const tail = sent.slice(sent.length - parts.length)
  const params: Record<string, string> = {}
  for (const [index, part] of parts.entries()) {
    const [name] = names.filter((each) => part === `:${each}`)
    if (name !== undefined) params[name] = decoded(tail[index] ?? '')
  }
  const mount = sent
    .slice(0, sent.length - parts.length)
    .map((segment) => `/${segment}`)
    .join('')
  return { pattern: join(patternOfMount(mount, params), pattern), params }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

const segmentsOf = (path: string): string[] => path.split('/').filter((segment) => segment !== '')
const join = (mount: string, pattern: string): string => (pattern === '/' && mount !== '' ? mount : mount + pattern)

const LOOKS_LIKE_AN_ID = /^(\d+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{24,}|(?=.*\d)[\w-]{16,})$/i

/**
 * `baseUrl` is the text of the request, not the pattern of the mount, so a router mounted on a parameter would put ids
 * into the route's name: what equals a parameter's value becomes that parameter, what looks like an id becomes `:id`.
 */
function patternOfMount(baseUrl: string, params: Params): string {
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
