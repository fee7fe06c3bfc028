import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { pipeline, Readable } from 'node:stream'

import { readJsonBody } from './json-body'
import type { ApiRequest, ApiResponse } from './message'

/** Where the API is mounted, and what the framework calls the request. */
export interface BridgeOptions {
  /** The prefix that the API is mounted under, such as `/api/v1`. Default: none. */
  readonly basePath?: string
  /** Handed on as `request.native`. Default: the request itself. */
  readonly native?: unknown
  /** The body, if the framework has parsed it. Default: `body` of the request. */
  readonly body?: unknown
}

/** What the bridge reads of a request: Koa's has it without being one of `node:http`. */
type NodeRequest = Pick<IncomingMessage, 'method' | 'url' | 'headers'>

/** What Express and body parsers add to it, and Koa: the request of `node:http` behind its own. */
interface ParsedRequest extends NodeRequest {
  readonly body?: unknown
  readonly req?: unknown
}

/**
 * A `node:http` request (or one that Express or Koa made of it) as the API takes it. Understands URLs that a router has
 * already shortened, absolute-form targets and `*`. Never throws.
 */
export function toApiRequest(req: NodeRequest, options: BridgeOptions = {}): ApiRequest {
  const { basePath = '', native = req, body } = options
  const { path, search } = targetOf(req, basePath)
  return {
    method: (req.method ?? 'GET').toUpperCase(),
    path,
    query: new URLSearchParams(search),
    headers: plainHeaders(req.headers),
    body: () =>
      readJsonBody({ headers: req.headers, stream: streamOf(req), parsed: body ?? (req as ParsedRequest).body }),
    mount: basePath,
    native,
  }
}

/**
 * Writes an answer and ends the response. Leaves out the body for `HEAD`, does nothing when the client has gone or
 * somebody has answered already. Never throws.
 */
export function send(res: ServerResponse, response: ApiResponse): void {
  if (res.headersSent || res.writableEnded || res.destroyed) return
  // A client that goes while the answer is written must not become an uncaught 'error' in the host.
  res.on('error', () => undefined)
  try {
    res.writeHead(response.status, response.headers)
    if (res.req.method === 'HEAD') res.end()
    else write(res, response.body)
  } catch {
    res.destroy()
  }
}

function write(res: ServerResponse, body: ApiResponse['body']): void {
  if (typeof body === 'string' || Buffer.isBuffer(body)) res.end(body)
  // Takes no more from the body than the client reads. When either breaks, the other is ended.
  else pipeline(Readable.from(body, { highWaterMark: 1 }), res, () => undefined)
}

function streamOf(request: ParsedRequest): Readable {
  return (request.req ?? request) as Readable
}

function targetOf(req: NodeRequest, basePath: string): { path: string; search: string } {
  // Express and Connect shorten `url` below a mount point and keep the whole in `originalUrl`.
  const { originalUrl } = req as { originalUrl?: unknown }
  const whole = originOut(typeof originalUrl === 'string' ? originalUrl : (req.url ?? '/'))
  const { path, search } = splitTarget(whole)
  if (basePath !== '' && (path === basePath || path.startsWith(`${basePath}/`))) {
    return { path: path.slice(basePath.length) || '/', search }
  }
  return splitTarget(originOut(req.url ?? '/'))
}

function splitTarget(target: string): { path: string; search: string } {
  const [beforeHash = ''] = target.split('#', 1)
  const mark = beforeHash.indexOf('?')
  return mark < 0
    ? { path: beforeHash, search: '' }
    : { path: beforeHash.slice(0, mark) || '/', search: beforeHash.slice(mark + 1) }
}

/** Proxies may send `GET http://host/path`. */
function originOut(target: string): string {
  const rest = target.replace(/^https?:\/\/[^/?#]*/i, '')
  return rest.startsWith('/') || rest === '*' ? rest : `/${rest}`
}

function plainHeaders(headers: IncomingHttpHeaders): Record<string, string | undefined> {
  const plain = Object.create(null) as Record<string, string | undefined>
  for (const [name, value] of Object.entries(headers)) plain[name] = Array.isArray(value) ? value.join(', ') : value
  return plain
}
