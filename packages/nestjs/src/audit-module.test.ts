import { annotate, reason } from '@actrail/core'
import { createTestTrail } from '@actrail/testkit'
import {
  Body,
  type CanActivate,
  Catch,
  Controller,
  Delete,
  type ExceptionFilter,
  type ExecutionContext,
  ForbiddenException,
  Get,
  Inject,
  Injectable,
  Module,
  Param,
  ParseIntPipe,
  Patch,
  Post,
  Req,
  Scope,
  UseFilters,
  UseGuards,
  VersioningType,
  type ArgumentsHost,
} from '@nestjs/common'
import { APP_GUARD, NestFactory, REQUEST } from '@nestjs/core'
import { once } from 'node:events'
import { type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { closeNest, PLATFORMS, serveNest } from '../../../test/nest/serve-nest'
import { AuditModule } from './audit-module'
import { AuditTrail } from './audit-trail'

afterEach(closeNest)

/** As Passport does it: the user is on the request once the guard has run. */
class UserGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<{ headers: Record<string, string>; user?: unknown }>()
    await new Promise((resolve) => setTimeout(resolve, 1))
    const { 'x-user': id } = request.headers
    if (id !== undefined) request.user = { id, workspaceId: 'acme' }
    return id !== undefined
  }
}

@Injectable({ scope: Scope.REQUEST })
class Visitor {
  constructor(@Inject(REQUEST) private readonly request: { user?: { id: string } }) {}
  note(): boolean {
    return annotate({ details: { visitor: this.request.user?.id } })
  }
}

@Catch()
class TeapotFilter implements ExceptionFilter {
  catch(_error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<ServerResponse & { code?: (status: number) => { send(): void } }>()
    if (response.code) response.code(418).send()
    else Object.assign(response, { statusCode: 418 }).end()
  }
}

@Controller('issues')
class IssuesController {
  constructor(@Inject(Visitor) private readonly visitor: Visitor) {}

  @Post()
  create(@Body() body: { title: string }): object {
    reason('asked for')
    return { noted: this.visitor.note(), title: body.title }
  }

  @Patch(':id')
  update(@Param('id', ParseIntPipe) id: number): object {
    return { id }
  }

  @Delete(':id')
  @UseGuards({
    canActivate: () => {
      throw new ForbiddenException()
    },
  })
  remove(): void {}

  @Post('teapot')
  @UseFilters(TeapotFilter)
  teapot(): never {
    throw new Error('short and stout')
  }
}

const issues = { controllers: [IssuesController], providers: [Visitor, { provide: APP_GUARD, useClass: UserGuard }] }

describe.each(PLATFORMS)('on %s', (platform) => {
  it('a request carries the user that a guard has found, and what a request-scoped provider annotates', async () => {
    const { client, trail } = await serveNest(platform, issues)
    await client.post('/issues').set('x-user', 'alice').send({ title: 'a' }).expect(201, { noted: true, title: 'a' })
    expect(trail.events()).toMatchObject([
      {
        action: 'issue.create',
        actor_id: 'alice',
        workspace_id: 'acme',
        result: 'success',
        status_code: 201,
        ip: '127.0.0.1',
        details: { visitor: 'alice', reason: 'asked for' },
        context: { method: 'POST', path: '/issues', route: '/issues' },
      },
    ])
  })

  it('a request keeps its scope while its body is still on the way', async () => {
    let begin = (): void => undefined
    const begun = new Promise<void>((resolve) => (begin = resolve))
    const when = (): boolean => (begin(), true)
    const { host, trail } = await serveNest(platform, { ...issues, audit: { when } })
    const { port } = (host.getHttpServer() as Server).address() as AddressInfo
    const headers = { 'x-user': 'alice', 'content-type': 'application/json', 'content-length': 13 }
    const outgoing = request({ host: '127.0.0.1', port, path: '/issues', method: 'POST', headers, agent: false })
    outgoing.flushHeaders()
    await begun
    outgoing.end('{"title":"b"}')
    await once(outgoing, 'response')
    expect(trail.events()).toMatchObject([{ details: { visitor: 'alice', reason: 'asked for' } }])
  })

  it('a request that a guard refuses is denied', async () => {
    const { client, trail } = await serveNest(platform, issues)
    await client.post('/issues').send({ title: 'a' }).expect(403)
    await client.delete('/issues/7').set('x-user', 'bob').expect(403)
    expect(trail.events()).toMatchObject([
      { action: 'issue.create', actor_type: 'anonymous', result: 'denied', status_code: 403 },
      { action: 'issue.delete', actor_id: 'bob', resource_id: '7', result: 'denied', status_code: 403 },
    ])
  })

  it('a request that a pipe or the handler fails is a failure, with the status that a filter makes of it', async () => {
    const { client, trail } = await serveNest(platform, issues)
    await client.patch('/issues/seven').set('x-user', 'alice').expect(400)
    await client.post('/issues/teapot').set('x-user', 'alice').expect(418)
    expect(trail.events()).toMatchObject([
      { action: 'issue.update', resource_id: 'seven', result: 'failure', status_code: 400 },
      { action: 'issue.teapot', result: 'failure', status_code: 418 },
    ])
  })

  it('a request whose body cannot be read is a failure', async () => {
    const { client, trail } = await serveNest(platform, issues)
    await client.post('/issues').set('content-type', 'application/json').send('{"no').expect(400)
    await client
      .post('/issues')
      .send({ title: 'x'.repeat(200_000) })
      .expect(413)
    // Fastify has matched the route by then, Express has not.
    const action = platform === 'Express' ? 'http.unmatched' : 'issue.create'
    expect(trail.events()).toMatchObject([
      { action, result: 'failure', status_code: 400 },
      { action, result: 'failure', status_code: 413 },
    ])
  })

  it('a request that middleware refuses is denied, also when the middleware is for all paths', async () => {
    const { client, trail } = await serveNest(platform, {
      main: (host) =>
        void host.use(
          (_req: IncomingMessage, res: ServerResponse) => void Object.assign(res, { statusCode: 401 }).end(),
        ),
    })
    await client.post('/nowhere').expect(401)
    expect(trail.events()).toMatchObject([{ action: 'http.unmatched', result: 'denied', status_code: 401 }])
  })

  it('a request to no route is kept unless it only reads', async () => {
    const { client, trail } = await serveNest(platform, issues)
    await client.post('/nowhere').send({}).expect(404)
    await client.get('/nowhere').expect(404)
    expect(trail.events()).toMatchObject([
      { action: 'http.unmatched', result: 'failure', status_code: 404, details: { path: '/nowhere' } },
    ])
  })

  it('the API stays at its path under global prefix and versions, and leaves other paths to the host', async () => {
    @Controller({ path: 'projects', version: '2' })
    class ProjectsController {
      @Get(':id')
      read(): object {
        return {}
      }
    }
    const reader = { id: 'r', workspaces: ['default'], permissions: ['activity:read' as const] }
    const { client } = await serveNest(platform, {
      controllers: [ProjectsController],
      audit: { path: '/audit/v1/', authorize: ({ headers }) => headers['x-token'] === 'good' && reader },
      main: (host) => host.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI }).enableCors(),
    })
    await client.get('/api/v2/projects/p1').expect(200)
    await client.get('/audit/v1/activity').expect(401)
    const { body } = await client.get('/audit/v1/activity').set('x-token', 'good').expect(200)
    expect(body).toMatchObject({ items: [{ action: 'project.read', resource: { id: 'p1' } }] })
    await client.get('/audit/v1/activity').set('origin', 'https://a.example').expect('access-control-allow-origin', '*')
    await client.get('/audit/v1/nothing').expect(404)
    await client.get('/api/audit/v1/activity').set('x-token', 'good').expect(404)
  })

  it('a read of the log is recorded with the address of the reader, and its request is not', async () => {
    const reader = { id: 'r', workspaces: ['default'], permissions: ['activity:read' as const] }
    const { client, trail } = await serveNest(platform, { audit: { path: 'audit', authorize: () => reader } })
    await client.get('/audit/activity').expect(200)
    expect(trail.events()).toMatchObject([{ action: 'activity.viewed', actor_id: 'r', ip: '127.0.0.1' }])
  })

  it('the explicit form takes the request that the platform hands out', async () => {
    @Controller('mails')
    class MailsController {
      constructor(@Inject(AuditTrail) private readonly trail: AuditTrail) {}
      @Post()
      send(@Req() request: object): object {
        return { taken: this.trail.of(request).annotate({ details: { explicit: true } }) }
      }
    }
    const { client, trail } = await serveNest(platform, { controllers: [MailsController] })
    await client.post('/mails').send({}).expect({ taken: true })
    expect(trail.events()).toMatchObject([{ action: 'mail.create', details: { explicit: true } }])
  })
})

it('options may come from providers of other modules', async () => {
  const trail = createTestTrail()
  @Module({ providers: [{ provide: 'trail', useValue: trail }], exports: ['trail'] })
  class TrailModule {}
  const audit = AuditModule.forRootAsync({
    imports: [TrailModule],
    inject: ['trail'],
    useFactory: (given: AuditTrail) => ({ trail: given }),
  })
  const host = await NestFactory.createApplicationContext({ module: TrailModule, imports: [audit] }, { logger: false })
  expect(host.get(AuditTrail)).toBe(trail)
  await host.close()
})

it('refuses an option that is none, with the nearest name, when the application is made', async () => {
  const audit = AuditModule.forRoot({ journl: {} } as object)
  const made = NestFactory.create({ module: class {}, imports: [audit] }, { logger: false, abortOnError: false })
  await expect(made).rejects.toMatchObject({
    code: 'ERR_OPTION_UNKNOWN',
    message: expect.stringContaining('journal') as string,
  })
})

it('has one token, though the package is loaded twice', async () => {
  await jest.isolateModulesAsync(async () => {
    expect((await import('./audit-trail.js')).AuditTrail).toBe(AuditTrail)
  })
})
