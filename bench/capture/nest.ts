import { Controller, type DynamicModule, Get, type MiddlewareConsumer, Param, RequestMethod } from '@nestjs/common'
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { type Framework, item } from './framework'

class ItemsController {
  read(id: string): object {
    return item(id)
  }
}
// What the decorators would do in their own syntax, which the benches' loader does not compile on parameters.
const read = Object.getOwnPropertyDescriptor(ItemsController.prototype, 'read') as PropertyDescriptor
Get(':id')(ItemsController.prototype, 'read', read)
Param('id')(ItemsController.prototype, 'read', 0)
Controller('items')(ItemsController)

/** Nest on one of its platforms, whose users log requests by `nestjs-pino`. What is mounted first is a module. */
function nestOn(createAdapter: () => Promise<object>): Framework<DynamicModule> {
  return {
    async serve(first) {
      const app = { module: class {}, imports: first === undefined ? [] : [first], controllers: [ItemsController] }
      const adapter = (await createAdapter()) as AbstractHttpAdapter
      const host = await NestFactory.create(app, adapter, { logger: false })
      await host.init()
      if (adapter.getType() === 'fastify') await adapter.getInstance<{ ready(): PromiseLike<unknown> }>().ready()
      return (host.getHttpServer() as Server).listen(0, '127.0.0.1')
    },
    async requestLogger(logger) {
      const { LoggerModule } = await import('nestjs-pino')
      return LoggerModule.forRoot({ pinoHttp: { logger } })
    },
    onFinish: (tell) =>
      middlewareModule((req, res, next) => {
        const began = process.hrtime.bigint()
        const path = (req as IncomingMessage & { originalUrl: string }).originalUrl
        res.once('finish', () => {
          tell({
            method: String(req.method),
            path,
            status: res.statusCode,
            itemId: path.split('/').at(-1),
            user: String(req.headers['x-user']),
            ip: req.socket.remoteAddress,
            userAgent: req.headers['user-agent'],
            requestId: String(req.headers['x-request-id']),
            durationUs: Number((process.hrtime.bigint() - began) / 1000n),
          })
        })
        next()
      }),
    async audit(options) {
      const { createAuditTrail } = await import('@actrail/core')
      const { AuditModule } = await import('@actrail/nestjs')
      const actor = ({ headers }: IncomingMessage) => ({ type: 'user', id: String(headers['x-user']) })
      const trail = createAuditTrail<IncomingMessage>({ ...options, actor })
      return { handler: AuditModule.forRoot({ trail }), trail }
    },
  }
}

type Middleware = (req: IncomingMessage, res: ServerResponse, next: () => void) => void

function middlewareModule(middleware: Middleware): DynamicModule {
  return {
    module: class {
      configure(consumer: MiddlewareConsumer): void {
        consumer.apply(middleware).forRoutes({ path: '{*path}', method: RequestMethod.ALL })
      }
    },
  }
}

/** Nest on Express. */
export const nestOnExpress = nestOn(async () => {
  const { ExpressAdapter } = await import('@nestjs/platform-express')
  return new ExpressAdapter()
})

/** Nest on Fastify. */
export const nestOnFastify = nestOn(async () => {
  const { FastifyAdapter } = await import('@nestjs/platform-fastify')
  return new FastifyAdapter()
})
