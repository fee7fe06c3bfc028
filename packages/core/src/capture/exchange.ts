import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { Annotation } from '../context/annotation'

/** The route that a framework matched. */
export interface MatchedRoute {
  /** Full pattern, mount points included, such as `/api/projects/:id`. */
  readonly pattern: string
  readonly params: Readonly<Record<string, unknown>>
}

/** What was declared beside the handler of a request, where that is known only at its end. */
export interface DeclaredAtEnd {
  /** What the handler itself said wins over it. */
  annotation(): Annotation
  /** Leaves a success out, as `skip()` does. */
  readonly isLeftOut: boolean
}

/**
 * One request and its response, as an adapter hands it to `capture`. The methods are asked late, when the response
 * ends: by then the framework has matched a route and authentication has run. They may throw; that is counted.
 */
export interface Exchange {
  readonly req: IncomingMessage | Http2ServerRequest
  readonly res: ServerResponse | Http2ServerResponse
  /** The target as the client sent it; frameworks take mount points away from `req.url`. */
  readonly url: string
  /** What the host's own functions (`actor`, `workspace`, `when`) are called with: Express's `req`, Koa's `ctx`, … */
  readonly native: unknown
  /** The matched route; undefined when none matched. `path` is the path of `url`. */
  route(path: string): MatchedRoute | undefined
  /** What was declared for the request; undefined when nothing was. Not asked of a request that leaves no event. */
  declared?(): DeclaredAtEnd | undefined
  /** The framework's idea of the authenticated user (`req.user`, `ctx.state.user`); undefined when there is none. */
  user(): unknown
  /** The parsed body; asked only when the `include.body` option is on. */
  body(): unknown
}
