import type { IncomingMessage } from 'node:http'

/** What the requests of Express and of Fastify have in common: what `actor`, `workspace` and `when` are called with. */
export interface HttpRequest {
  readonly method: string
  readonly url: string
  readonly originalUrl: string
  readonly headers: IncomingMessage['headers']
  readonly params: unknown
  readonly query: unknown
  readonly body?: unknown
  /** What a guard left here. */
  readonly user?: unknown
}

/** A request of Express. */
export type ExpressRequest = HttpRequest & IncomingMessage & { readonly route?: { readonly path: unknown } }

/** A request of Fastify, which wraps that of Node. */
export interface FastifyRequest extends HttpRequest {
  readonly raw: IncomingMessage
  readonly routeOptions: { readonly url?: string | undefined }
}

/** The request of Node under a request of either platform. */
export function nodeRequest(request: object): IncomingMessage {
  return (request as Partial<FastifyRequest>).raw ?? (request as IncomingMessage)
}
