import type { DeclaredAtEnd, Exchange, MatchedRoute } from '@actrail/core'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Declaration } from './declaration.js'
import { type ExpressRequest, type FastifyRequest, nodeRequest } from './http-request.js'

type Params = Readonly<Record<string, unknown>>

/** A declared handler that a request has reached, and its result as soon as there is one. */
export interface ReachedCall {
  readonly declaration: Declaration
  result: unknown
}

/** Who knows what was declared for a request. */
interface Declarations {
  declaredFor(exchange: HttpExchange): DeclaredAtEnd | undefined
}

/** A request of either platform, and its response in Node. Guards set `user` late, and so it is read late. */
export class HttpExchange implements Exchange {
  readonly req: IncomingMessage
  readonly url: string
  reached: ReachedCall | undefined = undefined
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
const FIRST_PARAM = /:(\w+)(?![\w?}]|\()/
const REFUSALS = new Set([401, 403, 404])

/**
 * Nest hangs middleware into Express by `app.all(pattern)`, which Express takes for a route and still names when nothing
 * else matched (expressjs/express#2883): a catch-all that refused has matched nothing, and a pattern whose parameters
 * are gone has been left.
 */
function isPassedOn(pattern: string, params: Params, status: number): boolean {
  if (!REFUSALS.has(status)) return false
  if (CATCH_ALL.test(pattern)) return true
  const [, name] = FIRST_PARAM.exec(pattern) ?? []
  return status === 404 && name !== undefined && params[name] === undefined
}
