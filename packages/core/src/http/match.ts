import type { Route } from './route'

/** What a path means: the routes that have it, one for each method, and its decoded parameters. */
export interface Match {
  readonly routes: readonly Route[]
  readonly params: Readonly<Record<string, string>>
}

/** Finds the routes of a path. */
export type Matcher = (path: string) => Match | undefined

interface Pattern {
  readonly segments: readonly string[]
  readonly routes: readonly Route[]
}

/**
 * Compiles a route table. A literal segment wins over a parameter, whatever the order of the table. One slash at the end
 * is accepted; empty parameters and segments that are not valid percent-encoded UTF-8 match nothing.
 */
export function createMatcher(routes: readonly Route[]): Matcher {
  const patterns = patternsOf(routes)
  const depth = Math.max(0, ...patterns.map(({ segments }) => segments.length))
  return (path) => {
    const segments = segmentsOf(path, depth)
    if (segments === undefined) return undefined
    for (const pattern of patterns) {
      const params = matchOne(pattern.segments, segments)
      if (params !== undefined) return { routes: pattern.routes, params }
    }
    return undefined
  }
}

function patternsOf(routes: readonly Route[]): Pattern[] {
  const byShape = new Map<string, { segments: string[]; routes: Route[] }>()
  for (const route of routes) {
    const segments = route.path.split('/').filter((segment) => segment !== '')
    const shape = segments.join('/')
    const known = byShape.get(shape)
    if (known) known.routes.push(route)
    else byShape.set(shape, { segments, routes: [route] })
  }
  return [...byShape.values()].sort((left, right) => variables(left.segments) - variables(right.segments))
}

function variables(segments: readonly string[]): number {
  return segments.filter((segment) => segment.startsWith('{')).length
}

function segmentsOf(path: string, depth: number): string[] | undefined {
  if (!path.startsWith('/')) return undefined
  const end = path.length > 1 && path.endsWith('/') ? path.length - 1 : path.length
  // One more than the deepest pattern is enough to know that a path is too long.
  return path.slice(1, end).split('/', depth + 1)
}

function matchOne(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] ?? ''
    if (!expected.startsWith('{')) {
      if (segment !== expected) return undefined
      continue
    }
    const value = decode(segment)
    if (value === undefined || value === '') return undefined
    params[expected.slice(1, -1)] = value
  }
  return params
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}
