import { type Activity, audit, audited } from '@actrail/koa'
import Router from '@koa/router'
import type { CaseApp, CaseExchange, CaseRoute, ServedCaseApp } from '@actrail/testkit'
import Koa, { type Context, type Middleware } from 'koa'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createHttp2Server, type ServerHttp2Session } from 'node:http2'
import type { AddressInfo } from 'node:net'
import type { CaseStore } from './case-store'

/** The case application in Koa with `@koa/router`, over HTTP/1 and over HTTP/2. Runs with Koa 2 and its router as well. */
export async function serveKoa(app: CaseApp, store: CaseStore): Promise<ServedCaseApp> {
  const activity = audit({ ...store, ...optionsOf(app) })
  const host = new Koa()
  host.on('error', endBroken)
  host.use(activity).use(activity.router(app.mountPath))
  host.use(async (ctx, next) => {
    ctx.state['user'] = await app.authenticate?.(ctx.req)
    const status = app.refuse(ctx.req)
    if (status !== undefined) return answer(ctx, status, { error: 'refused' })
    ;(ctx.request as { body?: unknown }).body = await jsonOf(ctx, app.bodyLimit)
    return next()
  })
  const router = new Router()
  for (const route of app.routes) router[route.method](route.path, ...middlewareOf(route, activity))
  host.use(router.routes()).use(router.allowedMethods())
  const serve = host.callback()
  const http1 = createServer((req, res) => void serve(req, res)).listen(0, '127.0.0.1')
  const http2 = createHttp2Server((req, res) => void serve(req, res)).listen(0, '127.0.0.1')
  const sessions = new Set<ServerHttp2Session>()
  http2.on('session', (session) => sessions.add(session.once('close', () => sessions.delete(session))))
  await Promise.all([once(http1, 'listening'), once(http2, 'listening')])
  return {
    port: (http1.address() as AddressInfo).port,
    http2Port: (http2.address() as AddressInfo).port,
    trail: activity.trail,
    async close() {
      http2.close()
      for (const session of sessions) session.destroy()
      http1.close()
      http1.closeAllConnections()
      await activity.trail.stop()
    },
  }
}

/** The host's own functions get Koa's context. */
function optionsOf({ options: { actor, workspace, ...rest } }: CaseApp) {
  return {
    ...rest,
    ...(actor !== undefined && { actor: ({ req }: Context) => actor(req) }),
    ...(workspace !== undefined && { workspace: ({ req }: Context) => workspace(req) }),
  }
}

/** Koa leaves a response that has begun as it is when something throws: ending it is the host's part (koajs/koa#919). */
function endBroken(error: Error, ctx?: Context): void {
  if (ctx?.res.headersSent && !ctx.res.writableEnded) ctx.res.destroy(error)
}

/** What a body parser does, to its end in any case: a socket with unread bytes could not answer. */
async function jsonOf(ctx: Context, limit: number): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  await new Promise<void>((resolve, reject) => {
    ctx.req.on('data', (chunk: Buffer) => (size += chunk.length) <= limit && chunks.push(chunk))
    ctx.req.once('end', resolve).once('error', reject)
  })
  if (size > limit) ctx.throw(413)
  try {
    return size === 0 ? undefined : (JSON.parse(Buffer.concat(chunks).toString()) as unknown)
  } catch {
    return ctx.throw(400, 'no JSON')
  }
}

function middlewareOf(route: CaseRoute, activity: Activity): Middleware[] {
  const { guarded, audited: declared } = route
  const middleware: Middleware[] = []
  if (guarded !== undefined) middleware.push((ctx) => answer(ctx, guarded, { error: 'guarded' }))
  if (declared) middleware.push(audited(declared.action, { resource: { type: declared.resourceType } }))
  middleware.push(
    (ctx) =>
      // Koa answers when the middleware has resolved: it waits for whoever answers later, from a timer or a pool.
      new Promise<void>((resolve, reject) => {
        const handled = Promise.resolve().then(() => route.handle(exchangeOf(ctx, activity, { resolve, reject })))
        handled.then(() => ctx.respond === false && resolve(), reject)
      }),
  )
  return middleware
}

function answer(ctx: Context, status: number, body: unknown): void {
  ctx.status = status
  ctx.body = body ?? ''
}

interface Answered {
  resolve(): void
  reject(error: Error): void
}

function exchangeOf(ctx: Context, activity: Activity, { resolve, reject }: Answered): CaseExchange {
  const handle = activity.of(ctx)
  return {
    req: ctx.req,
    res: ctx.res,
    params: ctx['params'] as CaseExchange['params'],
    body: (ctx.request as { body?: unknown }).body,
    send(status, body, headers = {}) {
      ctx.set(headers)
      answer(ctx, status, body)
      resolve()
    },
    stream(body, contentType) {
      ctx.type = contentType
      ctx.body = body
      resolve()
    },
    redirect(location) {
      ctx.redirect(location)
      resolve()
    },
    fail: reject,
    raw() {
      ctx.respond = false
      ctx.status = 200 // Koa has set 404 there, and sends its own only when it responds itself
      return ctx.res
    },
    annotate: handle.annotate,
    record: (event, options) => activity.trail.record(event, options),
  }
}
