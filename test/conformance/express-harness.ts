import { type Activity, audit, audited } from '@actrail/express'
import type { CaseApp, CaseExchange, CaseRoute, ServedCaseApp } from '@actrail/testkit'
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream'
import type { CaseStore } from './case-store'
import { serveHttp2 } from './http2'

/** The case application in Express, with HTTP/2 beside it by `trail.capture` alone: Express itself cannot speak it. */
export async function serveExpress(app: CaseApp, store: CaseStore): Promise<ServedCaseApp> {
  const activity = audit({ ...store, ...app.options })
  const host = express()
  host.set('env', 'test') // Express prints what a handler throws, except in tests
  host.use(activity)
  host.use(app.mountPath, activity.router())
  host.use((req, res, next) => {
    const status = app.refuse(req)
    if (status === undefined) next()
    else res.status(status).json({ error: 'refused' })
  })
  const { authenticate } = app
  if (authenticate !== undefined) {
    host.use((req, _res, next) => {
      void authenticate(req).then((user) => next(void Object.assign(req, { user })), next)
    })
  }
  host.use(express.json({ limit: app.bodyLimit }))
  for (const route of app.routes) host[route.method](route.path, ...handlersOf(route, activity))
  const server = host.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const http2 = await serveHttp2(app.routes, activity.trail)
  return {
    port: (server.address() as AddressInfo).port,
    http2Port: http2.port,
    trail: activity.trail,
    async close() {
      http2.close()
      server.close()
      server.closeAllConnections()
      await activity.trail.stop()
    },
  }
}

function handlersOf(route: CaseRoute, activity: Activity): RequestHandler[] {
  const { guarded, audited: declared } = route
  const handlers: RequestHandler[] = []
  if (guarded !== undefined) handlers.push((_req, res) => void res.status(guarded).json({ error: 'guarded' }))
  if (declared) handlers.push(audited(declared.action, { resource: { type: declared.resourceType } }))
  // Express 5 takes a rejection by itself; Express 4 leaves it to nobody, so that its hosts hand it on.
  handlers.push((req, res, next) => {
    void Promise.resolve(route.handle(exchangeOf({ req, res, next }, activity))).catch(next)
  })
  return handlers
}

interface Call {
  readonly req: Request
  readonly res: Response
  readonly next: NextFunction
}

function exchangeOf({ req, res, next }: Call, activity: Activity): CaseExchange {
  const handle = activity.of(req)
  return {
    req,
    res,
    params: req.params as CaseExchange['params'],
    body: req.body as unknown,
    send(status, body, headers = {}) {
      res.status(status).set(headers)
      if (body === undefined) res.end()
      else if (typeof body === 'string') res.send(body)
      else res.json(body)
    },
    stream(body, contentType) {
      res.type(contentType)
      pipeline(body, res, () => undefined)
    },
    redirect: (location) => res.redirect(location),
    fail: (error) => next(error),
    raw: () => res,
    annotate: handle.annotate,
    record: (event, options) => activity.trail.record(event, options),
  }
}
