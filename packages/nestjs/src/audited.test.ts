import { createTestTrail } from '@actrail/testkit'
import {
  Body,
  Controller,
  Delete,
  ForbiddenException,
  Get,
  Inject,
  Injectable,
  Logger,
  Optional,
  Param,
  Patch,
  Post,
  Scope,
  SetMetadata,
  VERSION_NEUTRAL,
  VersioningType,
} from '@nestjs/common'
import { APP_GUARD, ApplicationConfig, NestFactory, Reflector } from '@nestjs/core'
import { closeNest, PLATFORMS, serveNest } from '../../../test/nest/serve-nest'
import { AuditModule } from './audit-module'
import { Audited, NotAudited } from './audited'
import type { AuditedCall } from './declaration'

afterEach(closeNest)

interface Issue {
  readonly id: number
  readonly title: string
}

@Controller('issues')
@Audited('issue.touched', { details: { by: 'class' } })
class IssuesController {
  @Post()
  @Audited('issue.created', { resource: { type: 'issue', id: 'result.id', name: 'body.title' }, changes: 'body' })
  create(@Body() body: Issue): Issue {
    return { ...body, id: 7 }
  }

  @Audited<Issue>({
    resource: ({ params, result }: AuditedCall<Issue>) => ({
      type: 'issue',
      id: (params as { id: string }).id,
      name: String(result?.title),
    }),
    details: { by: 'method' },
  })
  @Patch(':id')
  update(@Param('id') id: string): Issue {
    if (id === '0') throw new ForbiddenException()
    return { id: Number(id), title: 'new' }
  }

  @Delete(':id')
  @Audited('issue.deleted', { resource: { type: 'issue', id: 'params.id' } })
  remove(): void {}

  @Get('noise')
  @NotAudited()
  noise(): void {}

  @Get('failing-noise')
  @NotAudited()
  failingNoise(): never {
    throw new Error('noise')
  }

  @Post(':id/touch')
  @Audited('issue.touched', { when: ({ result }) => (result as { changed: boolean }).changed })
  touch(@Body() body: { changed: boolean }): object {
    return body
  }

  @Post('mistake')
  @Audited('issue.mistaken', {
    details: () => {
      throw new Error('in a declaration')
    },
    when: () => {
      throw new Error('in a condition')
    },
  })
  mistake(): void {}
}

@Controller('reports')
@Audited('report.used', { capture: 'mutations' })
class ReportsController {
  @Get()
  list(): void {}
  @Post()
  create(): void {}
}

const refusing = { provide: APP_GUARD, useValue: { canActivate: () => false } }

describe.each(PLATFORMS)('@Audited on %s', (platform) => {
  const issues = { controllers: [IssuesController] }

  it('takes the resource and the changes from where its paths lead, also from the result', async () => {
    const { client, trail } = await serveNest(platform, issues)
    await client.post('/issues').send({ title: 'a' }).expect(201)
    expect(trail.events()).toMatchObject([
      {
        action: 'issue.created',
        resource_type: 'issue',
        resource_id: '7',
        resource_name: 'a',
        issue_id: '7',
        changes: { title: 'a' },
        details: { by: 'class' },
      },
    ])
  })

  it('overrides on a method what it says on the class, part by part', async () => {
    const { client, trail } = await serveNest(platform, issues)
    await client.patch('/issues/7').expect(200)
    await client.patch('/issues/0').expect(403)
    expect(trail.events()).toMatchObject([
      { action: 'issue.touched', resource_id: '7', resource_name: 'new', details: { by: 'method' }, result: 'success' },
      { action: 'issue.touched', resource_id: '0', details: { by: 'method' }, result: 'denied' },
    ])
  })

  it('names a request that a global guard has refused before Nest chose the handler', async () => {
    const { client, trail } = await serveNest(platform, {
      ...issues,
      providers: [refusing],
      main: (host) => host.setGlobalPrefix('api'),
    })
    await client.delete('/api/issues/7').expect(403)
    expect(trail.events()).toMatchObject([{ action: 'issue.deleted', resource_id: '7', result: 'denied' }])
  })

  it('names neither of two versions when a guard has refused the request before', async () => {
    @Controller({ path: 'issues', version: '2' })
    class NewIssuesController {
      @Delete(':id')
      @Audited('issue.archived')
      archive(): void {}
    }
    const { client, trail } = await serveNest(platform, {
      controllers: [IssuesController, NewIssuesController],
      providers: [refusing],
      main: (host) => host.enableVersioning(),
    })
    await client.delete('/v2/issues/7').expect(403)
    expect(trail.events()).toMatchObject([{ action: 'issue.delete', result: 'denied' }])
  })

  it('knows which of two versions a request has reached', async () => {
    @Controller({ path: 'issues', version: '2' })
    class NewIssuesController {
      @Get('noise')
      @Audited('issue.listened')
      noise(): void {}
    }
    const { client, trail } = await serveNest(platform, {
      controllers: [IssuesController, NewIssuesController],
      main: (host) => host.enableVersioning({ type: VersioningType.URI, defaultVersion: VERSION_NEUTRAL }),
    })
    await client.get('/issues/noise').expect(200)
    await client.get('/v2/issues/noise').expect(200)
    expect(trail.events()).toMatchObject([{ action: 'issue.listened', result: 'success' }])
  })

  it('does not name a refused request by the longer path of a controller that declares nothing', async () => {
    @Controller('admin/issues')
    class AdminController {
      @Delete(':id')
      remove(): void {}
    }
    const { client, trail } = await serveNest(platform, {
      controllers: [IssuesController, AdminController],
      providers: [refusing],
    })
    await client.delete('/admin/issues/7').expect(403)
    expect(trail.events()).toMatchObject([{ action: 'issue.delete', result: 'denied' }])
  })

  it('costs the routes of others no interceptor', async () => {
    const { host } = await serveNest(platform, issues)
    const config = host.get(ApplicationConfig)
    expect([...config.getGlobalInterceptors(), ...config.getGlobalRequestInterceptors()]).toEqual([])
  })

  it('leaves out a success where it is not wanted, and no failure', async () => {
    const { client, trail } = await serveNest(platform, { controllers: [IssuesController, ReportsController] })
    await client.get('/issues/noise').expect(200)
    await client.get('/issues/failing-noise').expect(500)
    await client.post('/issues/7/touch').send({ changed: false }).expect(201)
    await client.post('/issues/7/touch').send({ changed: true }).expect(201)
    await client.get('/reports').expect(200)
    await client.post('/reports').expect(201)
    expect(trail.events()).toMatchObject([
      { action: 'issue.touched', status_code: 500 },
      { action: 'issue.touched', details: { by: 'class' }, status_code: 201 },
      { action: 'report.used', context: { method: 'POST' } },
    ])
  })

  it('does not let its own mistakes reach the request, which is recorded as it is', async () => {
    const errors: unknown[] = []
    const logger = { debug() {}, info() {}, warn() {}, error: (facts: object) => void errors.push(facts) }
    const { client, trail } = await serveNest(platform, { ...issues, audit: { logger } })
    await client.post('/issues/mistake').expect(201)
    expect(errors).toHaveLength(1)
    expect(trail.events()).toMatchObject([{ action: 'issue.mistake', result: 'success' }])
  })

  it('leaves what other decorators say where they look for it', async () => {
    const said: unknown[] = []
    @Controller('flags')
    class FlagsController {
      @Post()
      @Audited('flag.raised')
      @SetMetadata('flag', 'below')
      below(): void {}
      @SetMetadata('flag', 'above')
      @Audited('flag.raised')
      @Post('above')
      above(): void {}
    }
    const { client } = await serveNest(platform, {
      controllers: [FlagsController],
      main: (host) =>
        void host.useGlobalGuards({
          canActivate: (context) => said.push(new Reflector().get('flag', context.getHandler())) > 0,
        }),
    })
    await client.post('/flags').expect(201)
    await client.post('/flags/above').expect(201)
    expect(said).toEqual(['below', 'above'])
  })
})

@Injectable()
class Mailer {
  @Audited('mail.sent', { resource: { type: 'mail', id: 'result.id' }, details: ({ args: [to] }) => ({ to }) })
  async send(to: string): Promise<{ id: string }> {
    await Promise.resolve()
    if (to === 'nobody') throw new Error('no such address')
    if (to === 'root') throw new ForbiddenException()
    return { id: 'm1' }
  }

  @Audited('mail.counted', { when: ({ result }) => result !== 0 })
  count(mails: number): number {
    return mails
  }

  @Audited('mail.lost', {
    changes: () => {
      throw new Error('in a declaration')
    },
  })
  lose(): void {}

  @Audited({})
  check(): void {
    throw new Error('checked')
  }
}

@Injectable({ scope: Scope.REQUEST })
class RequestMailer extends Mailer {
  constructor(@Optional() @Inject('nothing') readonly nothing?: string) {
    super()
  }
}

describe('@Audited on the method of a service', () => {
  async function mailer() {
    const trail = createTestTrail()
    const module = { module: class {}, imports: [AuditModule.forRoot({ trail })], providers: [Mailer, RequestMailer] }
    const host = await NestFactory.createApplicationContext(module, { logger: false })
    return { host, trail, mailer: host.get(Mailer) }
  }

  it('records an event of its own before its promise is kept, with the identity of the job around it', async () => {
    const { mailer: service, trail } = await mailer()
    await trail.run({ actor: { type: 'system', id: 'cron' }, workspace: 'acme' }, async () => {
      expect(await service.send('a@b.example')).toEqual({ id: 'm1' })
    })
    expect(trail.events()).toMatchObject([
      {
        action: 'mail.sent',
        resource_id: 'm1',
        details: { to: 'a@b.example' },
        result: 'success',
        actor_id: 'cron',
        workspace_id: 'acme',
      },
    ])
  })

  it('records how a failed call went, and lets the caller have its error', async () => {
    const { mailer: service, trail } = await mailer()
    await expect(service.send('nobody')).rejects.toThrow('no such address')
    await expect(service.send('root')).rejects.toThrow(ForbiddenException)
    expect(() => service.check()).toThrow('checked')
    expect(trail.events()).toMatchObject([
      { action: 'mail.sent', result: 'failure', details: { to: 'nobody' } },
      { action: 'mail.sent', result: 'denied' },
      { action: 'Mailer.check', result: 'failure' },
    ])
  })

  it('costs no event with a mistake in its declaration', async () => {
    const { mailer: service, trail } = await mailer()
    Logger.overrideLogger(false)
    service.lose()
    expect(trail.events()).toMatchObject([{ action: 'mail.lost', result: 'success' }])
  })

  it('leaves a plain return value plain, and a success out that is not wanted', async () => {
    const { mailer: service, trail } = await mailer()
    expect([service.count(0), service.count(2)]).toEqual([0, 2])
    expect(trail.events()).toMatchObject([{ action: 'mail.counted' }])
  })

  it('works in a request-scoped provider, which inherits it', async () => {
    const { host, trail } = await mailer()
    await (await host.resolve(RequestMailer)).send('a@b.example')
    expect(trail.events()).toMatchObject([{ action: 'mail.sent' }])
  })

  it('just calls the method where no trail was injected', async () => {
    expect(await new Mailer().send('a@b.example')).toEqual({ id: 'm1' })
  })

  it('is an event beside that of the request in which it is called', async () => {
    @Controller('mails')
    class MailsController {
      constructor(@Inject(Mailer) private readonly mails: Mailer) {}
      @Post()
      async send(): Promise<void> {
        await this.mails.send('a@b.example')
      }
    }
    const { client, trail } = await serveNest('Express', { controllers: [MailsController], providers: [Mailer] })
    await client.post('/mails').set('x-request-id', 'r1').expect(201)
    expect(trail.events()).toMatchObject([
      { action: 'mail.sent', request_id: 'r1', ip: '127.0.0.1' },
      { action: 'mail.create', request_id: 'r1' },
    ])
  })
})
