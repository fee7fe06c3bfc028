import express, { type RequestHandler } from 'express'
import { type Framework, item } from './framework'

/** Express, whose users log requests by `pino-http`. */
export const framework: Framework<RequestHandler> = {
  serve(first) {
    const app = express()
    if (first) app.use(first)
    app.get('/items/:id', (req, res) => {
      res.json(item(req.params.id))
    })
    return app.listen(0, '127.0.0.1')
  },
  async requestLogger(logger) {
    const { pinoHttp } = await import('pino-http')
    return pinoHttp({ logger })
  },
  onFinish: (tell) => (req, res, next) => {
    const began = process.hrtime.bigint()
    res.once('finish', () => {
      tell({
        method: req.method,
        path: req.originalUrl,
        status: res.statusCode,
        itemId: req.params['id'] as string | undefined,
        user: req.get('x-user'),
        ip: req.socket.remoteAddress,
        userAgent: req.get('user-agent'),
        requestId: req.get('x-request-id'),
        durationUs: Number((process.hrtime.bigint() - began) / 1000n),
      })
    })
    next()
  },
  async audit(options) {
    const { audit } = await import('@actrail/express')
    const handler = audit({ ...options, actor: (req) => ({ type: 'user', id: String(req.get('x-user')) }) })
    return { handler, trail: handler.trail }
  },
}
