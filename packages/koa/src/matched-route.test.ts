import Router from '@koa/router'
import { createTestTrail } from '@actrail/testkit'
import Koa, { type Middleware } from 'koa'
import request from 'supertest'
import { audit } from './audit'
import { matchedRoute } from './matched-route'

type Method = 'get' | 'post' | 'delete' | 'head'

/** What was recorded of a request to an application with these routes. */
async function recorded(routes: (app: Koa) => unknown, method: Method, path: string) {
  const trail = createTestTrail()
  const app = new Koa()
  app.silent = true
  app.use(audit(trail as never))
  routes(app)
  await request(app.callback())[method](path)
  const [event] = trail.events()
  return event && { action: event.action, id: event.resource_id, context: event.context, status: event.status_code }
}

const answers: Middleware = (ctx) => void (ctx.status = 204)
const fails: Middleware = () => {
  throw new Error('boom')
}

/** What koa-mount does, in its own words: takes the prefix away for what is below, and gives it back for what follows. */
function mounted(prefix: string, inner: Middleware): Middleware {
  return async (ctx, next) => {
    const { path } = ctx
    if (!path.startsWith(`${prefix}/`)) return next()
    Object.assign(ctx, { mountPath: prefix, path: path.slice(prefix.length) })
    await inner(ctx, async () => {
      ctx.path = path
      await next()
      ctx.path = path.slice(prefix.length)
    })
    ctx.path = path
  }
}

describe('the route of a Koa request', () => {
  it('is the pattern of @koa/router with the prefixes of nested routers', async () => {
    const projects = new Router({ prefix: '/projects' }).delete('/:id', answers)
    const routes = new Router({ prefix: '/api' }).use('/v1', projects.routes()).routes()
    expect(await recorded((app) => app.use(routes), 'delete', '/api/v1/projects/p%201')).toEqual({
      action: 'project.delete',
      id: 'p 1',
      context: { method: 'DELETE', path: '/api/v1/projects/p%201', route: '/api/v1/projects/:id' },
      status: 204,
    })
  })

  it('is the same when the handler throws', async () => {
    const routes = new Router().delete('/api/projects/:id', fails).routes()
    expect(await recorded((app) => app.use(routes), 'delete', '/api/projects/p1')).toEqual({
      action: 'project.delete',
      id: 'p1',
      context: { method: 'DELETE', path: '/api/projects/p1', route: '/api/projects/:id' },
      status: 500,
    })
  })

  it('is the same when a middleware of the router refuses before the handler', async () => {
    const router = new Router({ prefix: '/api' })
    router.use((ctx) => void (ctx.status = 401))
    router.delete('/projects/:id', answers)
    expect(await recorded((app) => app.use(router.routes()), 'delete', '/api/projects/p1')).toMatchObject({
      action: 'project.delete',
      id: 'p1',
      status: 401,
    })
  })

  it('is the one that answered where several match', async () => {
    const specific = new Router().post('/users/me', answers).post('/users/:id', answers)
    expect(await recorded((app) => app.use(specific.routes()), 'post', '/users/me')).toMatchObject({
      context: { route: '/users/me' },
    })
    const passing = new Router().post('/users/me', (_ctx, next) => next()).post('/users/:id', answers)
    expect(await recorded((app) => app.use(passing.routes()), 'post', '/users/me')).toMatchObject({
      context: { route: '/users/:id' },
    })
  })

  it('is that of the GET route for a HEAD', async () => {
    const routes = new Router().get('/projects/:id', answers).routes()
    expect(await recorded((app) => app.use(routes), 'head', '/projects/p1')).toMatchObject({
      action: 'project.read',
      id: 'p1',
    })
  })

  it('has the mount points in front that koa-mount took away', async () => {
    const issues = new Router().delete('/issues/:id', answers).routes()
    expect(
      await recorded(
        (app) => app.use(mounted('/api', mounted('/v1', issues as Middleware))),
        'delete',
        '/api/v1/issues/7',
      ),
    ).toMatchObject({
      context: { route: '/api/v1/issues/:id' },
    })
    const outside = new Router().delete('/api/issues/:id', answers).routes()
    const passedOn = (app: Koa) => app.use(mounted('/api', (_ctx, next) => next())).use(outside)
    expect(await recorded(passedOn, 'delete', '/api/issues/7')).toMatchObject({ context: { route: '/api/issues/:id' } })
  })

  it('is none when nothing matched, when no route took the method, or when a catch-all passed the request on', async () => {
    const unmatched = { action: 'http.unmatched', context: { method: 'POST' } }
    const router = new Router().get('/things', answers)
    const routes = (app: Koa) => app.use(router.routes()).use(router.allowedMethods())
    expect(await recorded(routes, 'post', '/nowhere')).toMatchObject({ ...unmatched, status: 404 })
    expect(await recorded(routes, 'post', '/things')).toMatchObject({ ...unmatched, status: 405 })
    const all = new Router().all('/{*any}', (_ctx, next) => next()).routes()
    expect(await recorded((app) => app.use(all), 'post', '/nowhere')).toMatchObject({ ...unmatched, status: 404 })
  })

  it.each(['(.*)', '/(.*)', '/:any*', '/:any(.*)'])(
    'is none for a catch-all as @koa/router 13 writes it: %s',
    (path) => {
      const layer = { path, methods: ['POST'], match: () => true, captures: () => [], params: () => ({}) }
      const ctx = { method: 'POST', _matchedRoute: path, matched: [layer] }
      expect(matchedRoute({ ...ctx, status: 404 }, '/nowhere')).toBeUndefined()
      expect(matchedRoute({ ...ctx, status: 200 }, '/nowhere')).toMatchObject({ pattern: path })
    },
  )

  it('is none without a router, whose middleware may say what it does', async () => {
    const unsaid = await recorded((app) => app.use(answers), 'post', '/things')
    expect(unsaid).toMatchObject({ action: 'http.unmatched', status: 204 })
    expect(await recorded((app) => app.use(answers), 'get', '/things')).toBeUndefined()
  })

  it('is readable for a regular expression', async () => {
    const routes = new Router().post(/^\/ab+c$/, answers).routes()
    expect(await recorded((app) => app.use(routes), 'post', '/abbc')).toMatchObject({ context: { route: '/(^ab+c$)' } })
  })
})
