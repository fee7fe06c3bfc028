import type { AuditOptions, Principal } from '@actrail/core'
import { createTestTrail } from '@actrail/testkit'
import Koa, { type Context, type Middleware } from 'koa'
import { Readable } from 'node:stream'
import request from 'supertest'
import { type Activity, audit } from './audit'
import { audited } from './audited'

/** An application with the activity log and this middleware below it. */
function serve(
  middleware: readonly Middleware[] | ((activity: Activity) => readonly Middleware[]),
  options: AuditOptions<Context> = {},
) {
  const trail = createTestTrail<Context>(options)
  const activity = audit(trail)
  const app = new Koa()
  app.silent = true
  app.use(activity)
  for (const each of typeof middleware === 'function' ? middleware(activity) : middleware) app.use(each)
  return { app, trail, ask: request(app.callback()) }
}

const answers: Middleware = (ctx) => void (ctx.status = 204)
const reader: Principal = { id: 'auditor', workspaces: ['acme'], permissions: ['activity:read'] }

describe('a request to a Koa application is recorded with', () => {
  it('the status that was sent, where a middleware around it sees 404 in its catch (koajs/koa#424)', async () => {
    const seen: number[] = []
    const around: Middleware = (ctx, next) =>
      next().catch((error: unknown) => {
        seen.push(ctx.status)
        throw error
      })
    const { ask, trail } = serve([around, (ctx) => ctx.throw(409)])
    await ask.post('/things').expect(409)
    expect(seen).toEqual([404])
    trail.expectAudited({ action: 'http.unmatched', result: 'failure', statusCode: 409 })
  })

  it('a failure where the body is a stream that fails after 200 was sent', async () => {
    const body = () =>
      Readable.from(
        (async function* () {
          yield 'half of it'
          await new Promise((resolve) => setImmediate(resolve))
          throw new Error('the other half is missing')
        })(),
      )
    const { ask, trail } = serve([audited('report.sent'), (ctx) => void (ctx.body = body())])
    await expect(ask.get('/report')).rejects.toThrow('aborted')
    trail.expectAudited({ action: 'report.sent', result: 'failure', statusCode: 200 })
  })

  it('what was answered by hand, without Koa', async () => {
    const byHand: Middleware = (ctx) => {
      ctx.respond = false
      ctx.res.writeHead(202).end('done')
    }
    const { ask, trail } = serve([byHand])
    await ask.post('/things').expect(202)
    trail.expectAudited({ action: 'http.unmatched', result: 'success', statusCode: 202 })
  })

  it("the peer's address, where app.proxy makes ctx.ip of whatever the client sends", async () => {
    const said: string[] = []
    const { app, ask, trail } = serve([(ctx, next) => (said.push(ctx.ip), next()), answers])
    app.proxy = true
    await ask.post('/things').set('X-Forwarded-For', '203.0.113.9')
    expect(said).toEqual(['203.0.113.9'])
    expect(trail.events()).toMatchObject([{ ip: expect.stringMatching(/127\.0\.0\.1|::1/) as string }])
  })

  it('the user that authentication leaves in ctx.state, however late', async () => {
    const authenticate: Middleware = async (ctx, next) => {
      await new Promise((resolve) => setImmediate(resolve))
      ctx.state['user'] = { id: 'alice', workspaceId: 'acme' }
      await next()
    }
    const { ask, trail } = serve([authenticate, answers])
    await ask.post('/things')
    expect(trail.events()).toMatchObject([{ actor_type: 'user', actor_id: 'alice', workspace_id: 'acme' }])
  })

  it("what the host's own functions find in Koa's context, and the parsed body if it is wanted", async () => {
    const parse: Middleware = (ctx, next) => (Object.assign(ctx.request, { body: { title: 'Fix it' } }), next())
    const { ask, trail } = serve([parse, answers], {
      actor: (ctx) => ({ type: 'agent', id: ctx.get('x-agent') }),
      workspace: ({ host }) => host.split(':')[0],
      include: { body: true },
    })
    await ask.post('/things').set('X-Agent', 'bot')
    expect(trail.events()).toMatchObject([
      { actor_type: 'agent', actor_id: 'bot', workspace_id: '127.0.0.1', context: { body: { title: 'Fix it' } } },
    ])
  })

  it('what is declared beside it, and what the context says in place of the async scope (a success that is skipped is left out)', async () => {
    const taken: boolean[] = []
    const { ask, trail } = serve((activity) => [
      audited('issue.created', { resource: (ctx) => ({ type: 'issue', id: String(ctx.state['id']) }) }),
      (ctx) => {
        Object.assign(ctx, { state: { id: 'ISS-1' }, status: Number(ctx.get('x-status')) })
        taken.push(activity.of(ctx).annotate({ details: { title: 'Fix it' } }), activity.trail.of(ctx).skip())
      },
    ])
    await ask.post('/issues').set('X-Status', '201')
    await ask.post('/issues').set('X-Status', '422')
    expect(taken).toEqual([true, true, true, true])
    expect(trail.events()).toMatchObject([
      { action: 'issue.created', resource_id: 'ISS-1', status_code: 422, details: { title: 'Fix it' } },
    ])
  })
})

describe('the router in a Koa application', () => {
  const authorize: AuditOptions<Context>['authorize'] = ({ native }) =>
    ((native as Context).state['user'] === 'auditor' && reader) || undefined
  const logIn: Middleware = (ctx, next) => {
    ctx.state['user'] = ctx.get('x-user')
    return next()
  }

  it('lets authorize ask ctx.state.user, who was put there by the middleware before it', async () => {
    const { ask } = serve((activity) => [logIn, activity.router('/api/v1')], { authorize })
    await ask.get('/api/v1/workspaces/acme/activity').expect(401)
    await ask.get('/api/v1/workspaces/acme/activity').set('X-User', 'auditor').expect(200, [])
  })

  it('passes on what is not below its prefix, and what is not its own there', async () => {
    const { ask } = serve((activity) => [activity.router('/api/v1/'), (ctx) => void (ctx.body = 'the host')])
    await ask.get('/audit-logs/').expect(200, 'the host')
    await ask.get('/api/v12/audit-logs/').expect(200, 'the host')
    await ask.get('/api/v1/no/such/thing').expect(200, 'the host')
    await ask.get('/api/v1/audit-logs/').expect(401)
  })

  it('is reached below a mount that shortens the path, and names it in its links', async () => {
    const below = (router: Middleware): Middleware => {
      return (ctx, next) => {
        ctx.path = ctx.path.slice('/log'.length)
        return router(ctx, next)
      }
    }
    const { trail, ask } = serve((activity) => [logIn, below(activity.router('v1'))], { authorize })
    for (const id of ['1', '2'])
      await trail.record({ action: 'note.taken', workspace: 'acme', resource: { type: 'note', id } })
    const list = await ask.get('/log/v1/workspaces/acme/activity?limit=1').set('X-User', 'auditor').expect(200)
    const next = /<([^>]+)>; *rel="next"/.exec(list.get('Link') ?? '')?.[1] ?? ''
    expect(next).toMatch(/^\/log\/v1\/workspaces\/acme\/activity\?/)
    const more = await ask.get(next).set('X-User', 'auditor').expect(200)
    expect((more.body as unknown[]).length).toBe(1)
  })

  it('leaves what other middleware has set on the answer', async () => {
    const allow: Middleware = (ctx, next) => {
      ctx.set('Access-Control-Allow-Origin', '*')
      return next()
    }
    const { ask } = serve((activity) => [allow, activity.router('/api/v1')])
    await ask.get('/api/v1/audit-logs/').expect(401).expect('Access-Control-Allow-Origin', '*')
  })
})
