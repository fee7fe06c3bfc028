import { runInScope, scopeOfRequest, send, toApiRequest } from '@actrail/core'
import type { ServerResponse } from 'node:http'
import type { AuditTrail } from './audit-trail.js'
import { type ExpressRequest, type FastifyRequest, HttpExchange } from './http-exchange.js'

/** What we use of Nest's HTTP adapters. */
export interface HttpAdapter {
  getType(): string
  getInstance(): unknown
  /** Since Nest 11. */
  setOnRequestHook?(hook: Hook): void
  /** What it was given last. */
  readonly onRequestHook?: Hook
  use(...args: unknown[]): unknown
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

/** Captures every request to the platform; what parses bodies must not be in its chain yet. */
export function captureAll(adapter: HttpAdapter, capture: (exchange: HttpExchange, next: Next) => void): void {
  if (adapter.getType() !== 'fastify') {
    const middleware: ExpressHandler = (req, res, next) => capture(new HttpExchange(req, res), next)
    return void adapter.use(middleware)
  }
  const hook: Hook = (request, reply, done) => capture(new HttpExchange(request, reply.raw), done)
  const fastify = adapter.getInstance() as Fastify
  // Middleware is a hook as well, and before any that can be added here: only Nest's own comes earlier. It has room for
  // one, and whoever takes it next may forget ours; a request that is captured twice counts once.
  const { onRequestHook: other } = adapter
  adapter.setOnRequestHook?.(
    other === undefined ? hook : (request, reply, done) => hook(request, reply, () => other(request, reply, done)),
  )
  fastify.addHook('onRequest', hook)
  // Fastify goes on in the connection's async context once it has read a body (fastify/fastify#3570).
  fastify.addHook('preValidation', (request, _reply, done) => runInScope(scopeOfRequest(request.raw), done))
}

/** Mounts the API under `path`, outside of global prefix and versions. What is not the API's goes on. */
export function mountApi(adapter: HttpAdapter, path: string, trail: AuditTrail): void {
  const basePath = `/${path.replace(/^\/+|\/+$/g, '')}`
  const requestTo = (native: ExpressRequest | FastifyRequest) => {
    const request = toApiRequest('raw' in native ? native.raw : native, { basePath, native })
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
