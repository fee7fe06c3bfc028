import type { ApiRequest } from './message'
import type { AnyCall } from './route'

/**
 * The `Link` header of a list (RFC 8288): `first` always, `next` by cursor while there is more. All other parameters stay
 * as the caller gave them.
 */
export function linkHeader(call: AnyCall, nextCursor: string | undefined): string {
  const first = target(call, undefined)
  const links = [`<${first}>; rel="first"`]
  if (nextCursor !== undefined) links.push(`<${target(call, nextCursor)}>; rel="next"`)
  return links.join(', ')
}

/** Where an event can be read. */
export function eventLocation({ mount = '' }: ApiRequest, id: string): string {
  return `${safePath(mount)}/activity/${id}`
}

function target({ request, route, params }: AnyCall, cursor: string | undefined): string {
  const query = new URLSearchParams(request.query)
  query.delete('offset')
  query.delete('cursor')
  if (cursor !== undefined) query.set('cursor', cursor)
  const search = query.size > 0 ? `?${query.toString()}` : ''
  return `${safePath(request.mount ?? '')}${fill(route.path, params as Record<string, string>)}${search}`
}

/** Built from the route and its decoded parameters, so that nothing of the raw request reaches a header. */
function fill(path: string, params: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
}

/** A mount point is the host's text, or comes from the request line: only what a URL may hold stays as it is. */
function safePath(path: string): string {
  return path.replace(/[^\w.~!$&'()*+,;=:@/%-]+/gu, (run) => encodeURIComponent(Buffer.from(run).toString()))
}
