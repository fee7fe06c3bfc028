import { Audited, AuditModule, AuditTrail } from '@actrail/nestjs'
import type { CaseApp, CaseExchange, CaseRoute, ServedCaseApp } from '@actrail/testkit'
import {
  Controller,
  Delete,
  type ExecutionContext,
  ForbiddenException,
  Get,
  HttpException,
  Inject,
  type INestApplication,
  Param,
  Patch,
  Post,
  Req,
  Res,
  Scope,
  type Type,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common'
import { type AbstractHttpAdapter, NestFactory, REQUEST } from '@nestjs/core'
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline, type Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { defer, mergeMap } from 'rxjs'
import type { CaseStore } from './case-store'

/** What Express and Fastify do in their own words. */
interface Platform {
  raw(res: unknown): ServerResponse
  /** Takes the response away from the framework. */
  take(res: unknown): ServerResponse
  send(res: unknown, status: number, headers: Readonly<Record<string, string>>, body: unknown): void
  stream(res: unknown, body: Readable): void
}

interface ExpressResponse extends ServerResponse {
  status(code: number): this
  set(headers: Readonly<Record<string, string>>): this
  send(body: string): void
  json(body: unknown): void
}
interface FastifyReply {
  readonly raw: ServerResponse
  hijack(): this
  code(code: number): this
  headers(headers: Readonly<Record<string, string>>): this
  send(body: unknown): void
}

const onExpress: Platform = {
  raw: (res) => res as ExpressResponse,
  take: (res) => res as ExpressResponse,
  send(res, status, headers, body) {
    const response = (res as ExpressResponse).status(status).set(headers)
    if (body === undefined) response.end()
    else if (typeof body === 'string') response.send(body)
    else response.json(body)
  },
  stream: (res, body) => void pipeline(body, res as ExpressResponse, () => undefined),
}

const onFastify: Platform = {
  raw: (res) => (res as FastifyReply).raw,
  take: (res) => (res as FastifyReply).hijack().raw,
  send: (res, status, headers, body) => (res as FastifyReply).code(status).headers(headers).send(body),
  stream: (res, body) => (res as FastifyReply).send(body),
}

/** The case application in Nest on Express. Runs with Nest 10, 11 and 12. */
export async function serveNestExpress(app: CaseApp, store: CaseStore): Promise<ServedCaseApp> {
  const host = await createHost(app, store, { adapter: new ExpressAdapter(), platform: onExpress })
  const { bodyLimit: limit } = app
  ;(host as NestExpressApplication).useBodyParser('json', { limit })
  return listen(host)
}

/** The case application in Nest on Fastify. */
export async function serveNestFastify(app: CaseApp, store: CaseStore): Promise<ServedCaseApp> {
  const adapter = new FastifyAdapter({ bodyLimit: app.bodyLimit })
  return listen(await createHost(app, store, { adapter, platform: onFastify }))
}

interface On {
  readonly adapter: object
  readonly platform: Platform
}

/** Everything between a request and its handler that Nest has: middleware, guard, interceptor, pipe, scoped provider. */
async function createHost(app: CaseApp, store: CaseStore, { adapter, platform }: On): Promise<INestApplication> {
  const { mountPath: path, options } = app
  const module = {
    module: class CaseModule {},
    imports: [AuditModule.forRoot({ ...store, ...options, path })],
    controllers: app.routes.map((route) => controllerOf(route, platform)),
    providers: [{ provide: VISIT, scope: Scope.REQUEST, inject: [REQUEST], useFactory: () => turn() }],
  }
  const host = await NestFactory.create(module, adapter as AbstractHttpAdapter, {
    logger: false,
    bodyParser: adapter instanceof FastifyAdapter,
    forceCloseConnections: true,
  })
  host.use((req: IncomingMessage, res: ServerResponse, next: () => void) => {
    const status = app.refuse(req)
    if (status === undefined) next()
    else res.writeHead(status, { 'content-type': 'application/json' }).end('{"error":"refused"}')
  })
  host.useGlobalGuards({
    async canActivate(context: ExecutionContext) {
      const request = context.switchToHttp().getRequest<IncomingMessage & { user?: unknown }>()
      request.user = await app.authenticate?.(request)
      return true
    },
  })
  host.useGlobalInterceptors({ intercept: (_context, next) => defer(() => turn()).pipe(mergeMap(() => next.handle())) })
  host.useGlobalPipes({ transform: async (value: unknown) => turn(value) })
  return host
}

const VISIT = Symbol('a provider of each request that is made asynchronously')
const METHODS = { get: Get, post: Post, patch: Patch, delete: Delete } as const

/** A controller with one route. */
function controllerOf(route: CaseRoute, platform: Platform): Type {
  const { guarded, audited: declared } = route
  class CaseController {
    constructor(
      private readonly trail: AuditTrail,
      readonly visit: unknown,
    ) {}

    handle(req: object, res: unknown, params: CaseExchange['params']): Promise<unknown> {
      return new Promise((resolve, reject) => {
        const exchange = exchangeOf({ req, res, params, fail: reject }, platform, this.trail)
        defer(async () => route.handle(exchange)).subscribe({ complete: () => resolve(undefined), error: reject })
      })
    }
  }
  decorate(CaseController, [
    METHODS[route.method](route.path),
    ...(guarded === undefined ? [] : [UseGuards({ canActivate: (): boolean => refuse(guarded) })]),
    ...(declared ? [Audited(declared.action, { resource: { type: declared.resourceType } })] : []),
  ])
  return CaseController
}

type MethodDecorator = (target: object, key: string, descriptor: PropertyDescriptor) => unknown

/** What decorators would do in their own syntax, which the loader of the rigs does not compile on parameters. */
function decorate(type: Type & { readonly prototype: object }, decorators: readonly MethodDecorator[]): void {
  const { prototype } = type
  for (const [index, token] of [AuditTrail, VISIT].entries()) Inject(token)(type, undefined, index)
  for (const [index, parameter] of [Req(), Res(), Param()].entries()) parameter(prototype, 'handle', index)
  const method = Object.getOwnPropertyDescriptor(prototype, 'handle') as PropertyDescriptor
  for (const each of decorators) each(prototype, 'handle', method)
  Object.defineProperty(prototype, 'handle', method)
  Controller()(type)
}

function refuse(status: 401 | 403): never {
  throw status === 401 ? new UnauthorizedException() : new ForbiddenException()
}

interface Call {
  readonly req: object
  readonly res: unknown
  readonly params: CaseExchange['params']
  readonly fail: (error: Error) => void
}

function exchangeOf({ req, res, params, fail }: Call, platform: Platform, trail: AuditTrail): CaseExchange {
  const handle = trail.of(req)
  const request = req as IncomingMessage & { readonly raw?: IncomingMessage; readonly body?: unknown }
  return {
    req: request.raw ?? request,
    res: platform.raw(res),
    params,
    body: request.body,
    send: (status, body, headers = {}) => platform.send(res, status, headers, body),
    stream(body, contentType) {
      platform.raw(res).setHeader('content-type', contentType)
      platform.stream(res, body)
    },
    redirect: (location) => platform.send(res, 302, { location }, undefined),
    // The status of a plain error is Nest's affair, and another one in each version.
    fail: (error) => fail(new HttpException(error.message, (error as { status?: number }).status ?? 500)),
    raw: () => platform.take(res),
    annotate: handle.annotate,
    record: (event, options) => trail.record(event, options),
  }
}

async function listen(host: INestApplication): Promise<ServedCaseApp> {
  await host.listen(0, '127.0.0.1')
  const { port } = (host.getHttpServer() as Server).address() as AddressInfo
  return { port, trail: host.get(AuditTrail), close: () => host.close() }
}
