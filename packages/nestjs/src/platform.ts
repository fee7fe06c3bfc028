import { exchangeOfRequest, runInScope, scopeOfRequest, send, toApiRequest } from '@actrail/core'
import type { ServerResponse } from 'node:http'
import type { AuditTrail } from './audit-trail.js'
import { HttpExchange } from './http-exchange.js'
import type { ExpressRequest, FastifyRequest } from './http-request.js'

/** What we use of Nest's HTTP adapters. */
export interface HttpAdapter {
  getType(): string
  getInstance(): unknown
  /** Since Nest 11. */
  setOnRequestHook?(hook: Hook): void
  /** What it was given last. */
  readonly onRequestHook?: Hook
  use(...args: unknown[]): unknown
  end(response: ServerResponse | FastifyReply, message?: string): unknown
}

interface FastifyReply {
  readonly raw: ServerResponse
  callNotFound(): unknown
  getHeaders(): Readonly<Record<string, number | string | string[]>>
  hijack(): unknown
}

type Hook = (request: FastifyRequest, reply: FastifyReply, done: () => void) => void
interface Fastify {
  addHook(name: 'onRequest' | 'preValidation', hook: Hook): unknown
  all(path: string, handler: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>): unknown
}

type Next = () => void
type ExpressHandler = (req: ExpressRequest, res: ServerResponse, next: Next) => void

type Native = ExpressRequest | FastifyRequest

/** What is done with each request. */
interface Capture {
  exchangeOf(native: Native, res: ServerResponse): HttpExchange
  begin(exchange: HttpExchange, next: Next): void
}

/** Captures every request to the platform; what parses bodies must not be in its chain yet. */
export function captureAll(adapter: HttpAdapter, capture: Capture): void {
  tellOfBrokenEnds(adapter)
  if (adapter.getType() === 'fastify') return captureOnFastify(adapter, capture)
  const middleware: ExpressHandler = (req, res, next) => capture.begin(capture.exchangeOf(req, res), next)
  adapter.use(middleware)
}

/**
 * Nest ends a response that had begun when its handler failed as if all were well (nestjs/nest#8802): what its status says
 * is not how it went. Only its exception filter ends by the adapter.
 */
function tellOfBrokenEnds(adapter: HttpAdapter): void {
  const end = adapter.end.bind(adapter)
  adapter.end = (response, message) => {
    const res = 'raw' in response ? response.raw : response
    if (res.headersSent) scopeOfRequest(res.req).annotate({ result: 'failure' })
    return end(response, message)
  }
}

function captureOnFastify(adapter: HttpAdapter, capture: Capture): void {
  const begin = (native: Native, res: ServerResponse, next: Next): void =>
    capture.begin(capture.exchangeOf(native, res), next)
  const hook: Hook = (request, reply, done) => {
    const exchange = exchangeOfRequest(request.raw)
    if (!(exchange instanceof HttpExchange)) return begin(request, reply.raw, done)
    exchange.native = request
    done()
  }
  // Middleware runs in a hook as well, before any that can be added here. Nest's own comes earlier: it has room for one, and
  // whoever takes it next may forget ours, which is therefore added all the same. Nest 10 has only middleware.
  const { onRequestHook: other } = adapter
  if (adapter.setOnRequestHook === undefined) adapter.use(begin)
  else
    adapter.setOnRequestHook(
      other === undefined ? hook : (request, reply, done) => hook(request, reply, () => other(request, reply, done)),
    )
  const fastify = adapter.getInstance() as Fastify
  fastify.addHook('onRequest', hook)
  // Fastify goes on in the connection's async context once it has read a body (fastify/fastify#3570).
  fastify.addHook('preValidation', (request, _reply, done) => runInScope(scopeOfRequest(request.raw), done))
}

/** Mounts the API under `path`, outside of global prefix and versions. What is not the API's goes on. */
export function mountApi(adapter: HttpAdapter, path: string, trail: AuditTrail): void {
  const basePath = `/${path.replace(/^\/+|\/+$/g, '')}`
  const requestTo = (native: Native) => {
    const request = toApiRequest('raw' in native ? native.raw : native, { basePath, native, body: native.body })
    if (!trail.handles(request)) return undefined
    trail.exempt(native)
    return request
  }
  if (adapter.getType() === 'fastify') {
    return void (adapter.getInstance() as Fastify).all(`${basePath}/*`, async (native, reply) => {
      const request = requestTo(native)
      if (request === undefined) return reply.callNotFound()
      const response = await trail.handle(request)
      // Those that plugins have set already, such as CORS; the rest is the same for every platform.
      for (const [name, value] of Object.entries(reply.getHeaders())) reply.raw.setHeader(name, value)
      reply.hijack()
      return void send(reply.raw, response)
    })
  }
  const handler: ExpressHandler = (native, res, next) => {
    const request = requestTo(native)
    if (request === undefined) return next()
    void trail.handle(request).then((response) => send(res, response))
  }
  adapter.use(basePath, handler)
}
