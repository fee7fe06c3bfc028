import { createTestTrail } from '@actrail/testkit'
import express, { type Express, Router } from 'express'
import request from 'supertest'
import { audit } from './audit'

/** What was recorded of a request to an application with these routes. */
async function recorded(routes: (app: Express) => void, method: 'get' | 'post' | 'delete', path: string) {
  const trail = createTestTrail()
  const app = express()
  app.set('env', 'test')
  app.use(audit(trail as never))
  routes(app)
  await request(app)[method](path)
  const [event] = trail.events()
  return event && { action: event.action, id: event.resource_id, context: event.context, status: event.status_code }
}

const fails = (): never => {
  throw new Error('boom')
}

describe('the route of an Express request', () => {
  it('is the pattern with the mount points of nested routers', async () => {
    const routes = (app: Express) => {
      const projects = Router().delete('/:id', (_req, res) => void res.sendStatus(204))
      app.use('/api', Router().use('/projects', projects))
    }
    expect(await recorded(routes, 'delete', '/api/projects/p1')).toEqual({
      action: 'project.delete',
      id: 'p1',
      context: { method: 'DELETE', path: '/api/projects/p1', route: '/api/projects/:id' },
      status: 204,
    })
  })

  it('is the same when the handler fails and Express has taken mount and parameters back', async () => {
    const routes = (app: Express) => {
      app.use('/api/projects', Router().delete('/:id', fails))
    }
    expect(await recorded(routes, 'delete', '/api/projects/p%201')).toEqual({
      action: 'project.delete',
      id: 'p 1',
      context: { method: 'DELETE', path: '/api/projects/p%201', route: '/api/projects/:id' },
      status: 500,
    })
  })

  it('is the same when a route without parameters fails below a mount', async () => {
    const routes = (app: Express) => {
      app.use('/api', Router().post('/boom', fails))
    }
    expect(await recorded(routes, 'post', '/api/boom')).toMatchObject({ context: { route: '/api/boom' }, status: 500 })
  })

  it('names the parameter that a router is mounted on, not its value', async () => {
    const routes = (app: Express) => {
      const issues = Router({ mergeParams: true }).delete('/issues/:id', (_req, res) => void res.sendStatus(204))
      app.use('/workspaces/:ws_id', issues)
    }
    expect(await recorded(routes, 'delete', '/workspaces/acme/issues/7')).toMatchObject({
      context: { route: '/workspaces/:ws_id/issues/:id' },
    })
  })

  it('takes what looks like an id out of a mount whose parameters are not merged', async () => {
    const routes = (app: Express) => {
      app.use(
        '/workspaces/:ws_id',
        Router().delete('/issues/:id', (_req, res) => void res.sendStatus(204)),
      )
    }
    expect(await recorded(routes, 'delete', '/workspaces/4711/issues/7')).toMatchObject({
      context: { route: '/workspaces/:id/issues/:id' },
    })
  })

  it('is none when no route matched, or only a catch-all that passed the request on', async () => {
    expect(await recorded(() => undefined, 'post', '/nowhere')).toMatchObject({ action: 'http.unmatched', status: 404 })
    const passes = (app: Express) => app.all('/{*any}', (_req, _res, next) => next())
    expect(await recorded(passes as never, 'post', '/nowhere')).toMatchObject({ action: 'http.unmatched', status: 404 })
  })

  it('is the one of a list of paths that has the parameters, which hides those that are secrets', async () => {
    const listed = (app: Express) => void app.delete(['/things/:id', '/resets/:token'], (_req, res) => void res.sendStatus(204)) // prettier-ignore
    const event = await recorded(listed, 'delete', '/resets/s3cr3t')
    expect(event).toMatchObject({
      action: 'reset.delete',
      context: { route: '/resets/:token', path: '/resets/[redacted]' },
    })
    expect(JSON.stringify(event)).not.toContain('s3cr3t')
    expect(await recorded(listed, 'delete', '/things/7')).toMatchObject({ action: 'thing.delete', id: '7' })
  })

  it('is the first of a list of paths, and readable for a regular expression', async () => {
    const listed = (app: Express) => void app.post(['/things', '/stuff'], (_req, res) => void res.sendStatus(201))
    expect(await recorded(listed, 'post', '/stuff')).toMatchObject({ context: { route: '/things' } })
    const expression = (app: Express) => void app.post(/^\/ab+c$/, (_req, res) => void res.sendStatus(201))
    expect(await recorded(expression, 'post', '/abbc')).toMatchObject({ context: { route: '/(^ab+c$)' } })
  })
})
