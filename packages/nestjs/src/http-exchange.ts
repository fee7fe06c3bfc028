import type { DeclaredAtEnd, Exchange, MatchedRoute } from '@actrail/core'
import type { IncomingMessage, ServerResponse } from 'node:http'

type Params = Readonly<Record<string, unknown>>

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

/** Who knows what was declared for a request. */
interface Declarations {
  declaredFor(exchange: HttpExchange): DeclaredAtEnd | undefined
}

/** A request of either platform, and its response in Node. Guards set `user` late, and so it is read late. */
export class HttpExchange implements Exchange {
  readonly req: IncomingMessage
  readonly url: string
  constructor(
    /** Middleware on Fastify gets that of Node (fastify/middie#188); a hook puts Fastify's here. */
    public native: ExpressRequest | FastifyRequest,
    readonly res: ServerResponse,
    private readonly declarations: Declarations,
  ) {
    this.req = nodeRequest(native)
    this.url = native.originalUrl
  }

  route(): MatchedRoute | undefined {
    const { native, res } = this
    const pattern = 'raw' in native ? native.routeOptions.url : native.route?.path
    const params = native.params as Params | undefined
    if (typeof pattern !== 'string' || isPassedOn(pattern, params ?? {}, res.statusCode)) return undefined
    return { pattern, params: params ?? {} }
  }

  declared(): DeclaredAtEnd | undefined {
    return this.declarations.declaredFor(this)
  }

  user(): unknown {
    return this.native.user
  }

  body(): unknown {
    return this.native.body
  }
}

const CATCH_ALL = /\*\w*\}?$|\(\.\*\)\??$/
const REFUSALS = new Set([401, 403, 404])

/**
 * Nest hangs middleware into Express by `app.all(pattern)`, which Express takes for a route and still names when nothing
 * else matched (expressjs/express#2883): a catch-all that refused has matched nothing, and a pattern whose parameters
 * are gone has been left.
 */
function isPassedOn(pattern: string, params: Params, status: number): boolean {
  if (CATCH_ALL.test(pattern)) return REFUSALS.has(status)
  const [, name] = /:(\w+)(?![\w?}]|\()/.exec(pattern) ?? []
  return status === 404 && name !== undefined && params[name] === undefined
}
