import type { AuditTrail, MatchedRoute } from '@actrail/core'
import type { CaseExchange, CaseRoute } from '@actrail/testkit'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Http2ServerRequest, type Http2ServerResponse, type ServerHttp2Session } from 'node:http2'
import type { AddressInfo } from 'node:net'

/** A server that speaks HTTP/2 in clear text. */
export interface Http2Server {
  readonly port: number
  close(): void
}

/**
 * Serves the GET routes of the case application over HTTP/2 without any framework: what `trail.capture` does by itself
 * with a response that has no `prefinish`.
 */
export async function serveHttp2(
  routes: readonly CaseRoute[],
  trail: Pick<AuditTrail<never>, 'capture'>,
): Promise<Http2Server> {
  const sessions = new Set<ServerHttp2Session>()
  const server = createServer((req, res) => {
    const match = matching(routes, req.url)
    const { url } = req
    const exchange = {
      req,
      res,
      url,
      native: req,
      route: () => match?.matched,
      user: () => undefined,
      body: () => undefined,
    }
    void trail.capture(exchange, () => {
      if (match) match.route.handle(exchangeOf(req, res))
      else res.writeHead(404).end()
    })
  })
  server.on('session', (session) => {
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close()
      for (const session of sessions) session.destroy()
    },
  }
}

function matching(routes: readonly CaseRoute[], path: string): { route: CaseRoute; matched: MatchedRoute } | undefined {
  for (const route of routes) {
    const id = new RegExp(`^${route.path.replace(':id', '([^/]+)')}$`).exec(path)?.[1]
    if (route.method === 'get' && id !== undefined) return { route, matched: { pattern: route.path, params: { id } } }
  }
  return undefined
}

/** The few words that the HTTP/2 cases use. */
function exchangeOf(req: Http2ServerRequest, res: Http2ServerResponse): CaseExchange {
  const unused = (): never => {
    throw new Error('no HTTP/2 case uses this')
  }
  return {
    req: req as unknown as IncomingMessage,
    res: res as unknown as ServerResponse,
    params: {},
    body: undefined,
    send: (status, body) => void res.writeHead(status).end(JSON.stringify(body)),
    stream: unused,
    redirect: unused,
    fail: unused,
    raw: unused,
    annotate: unused,
    record: unused,
  }
}
