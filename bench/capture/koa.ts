import Router from '@koa/router'
import Koa, { type Context, type Middleware } from 'koa'
import { type Framework, item } from './framework'

/** Koa with `@koa/router`, whose users log requests by `koa-pino-logger`. */
export const framework: Framework<Middleware> = {
  serve(first) {
    const app = new Koa()
    if (first) app.use(first)
    const router = new Router().get('/items/:id', (ctx) => {
      ctx.body = item(String(ctx.params['id']))
    })
    return app.use(router.routes()).listen(0, '127.0.0.1')
  },
  async requestLogger(logger) {
    const { default: koaPinoLogger } = await import('koa-pino-logger')
    return koaPinoLogger({ logger })
  },
  onFinish: (tell) => (ctx, next) => {
    const began = process.hrtime.bigint()
    ctx.res.once('finish', () => {
      tell({
        method: ctx.method,
        path: ctx.originalUrl,
        status: ctx.status,
        itemId: (ctx as Context & { params?: Record<string, string> }).params?.['id'],
        user: ctx.get('x-user'),
        ip: ctx.socket.remoteAddress,
        userAgent: ctx.get('user-agent'),
        requestId: ctx.get('x-request-id'),
        durationUs: Number((process.hrtime.bigint() - began) / 1000n),
      })
    })
    return next()
  },
  async audit(options) {
    const { audit } = await import('@actrail/koa')
    const handler = audit({ ...options, actor: (ctx) => ({ type: 'user', id: ctx.get('x-user') }) })
    return { handler, trail: handler.trail }
  },
}
