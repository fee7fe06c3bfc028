import { once } from 'node:events'
import http2 from 'node:http2'
import net from 'node:net'
import {
  type App,
  closeAll,
  type Handler,
  listen,
  projects,
  serve,
  until,
} from '../../../../test/capture/captured-server'
import { annotate, reason, skip } from '../context/annotate'
import { createDeclaration } from '../context/declaration'
import { scopeOfRequest } from './capture'

afterEach(closeAll)

describe('a captured request', () => {
  it('has its intent before the handler runs and its event when the answer arrives', async () => {
    let before: number | undefined
    const app: App = await serve(
      (_req, res) => {
        before = app.recorder.frames.length
        res.end('ok')
      },
      {},
      projects,
    )
    await fetch(`${app.base}/projects/p1`, {
      method: 'PATCH',
      headers: { 'x-request-id': 'r1', 'user-agent': 'tests/1' },
    })
    expect(before).toBe(1)
    expect(app.recorder.frames.map(({ type }) => type)).toEqual(['intent', 'outcome'])
    expect(app.recorder.events()[0]).toMatchObject({
      id: app.recorder.frames[0]?.id,
      action: 'project.update',
      verb: 'UPDATE',
      resource_type: 'project',
      resource_id: 'p1',
      workspace_id: 'default',
      actor_type: 'anonymous',
      result: 'success',
      status_code: 200,
      ip: '127.0.0.1',
      user_agent: 'tests/1',
      request_id: 'r1',
      source: 'http',
      context: { method: 'PATCH', path: '/projects/p1', route: '/projects/:id' },
    })
  })

  it.each([
    [200, 'success'],
    [302, 'success'],
    [401, 'denied'],
    [403, 'denied'],
    [404, 'failure'],
    [500, 'failure'],
  ])('that is answered with %i is a %s', async (status, result) => {
    const app = await serve((_req, res) => res.writeHead(status).end(), {}, projects)
    await fetch(app.base, { method: 'POST', redirect: 'manual' })
    expect(app.recorder.events()).toMatchObject([{ result, status_code: status }])
  })

  it('carries what was annotated, and the actor that authentication found after the middleware', async () => {
    const app = await serve(
      async (req, res) => {
        await new Promise((resolve) => setTimeout(resolve, 1))
        Object.assign(req, { user: { id: 7, email: 'a@b.example', orgId: 'acme' } })
        annotate({ action: 'project.archived', details: { note: 'x' } })
        reason('ticket 42')
        res.end()
      },
      {},
      projects,
    )
    await fetch(app.base, { method: 'POST' })
    expect(app.recorder.events()).toMatchObject([
      {
        action: 'project.archived',
        workspace_id: 'acme',
        actor_type: 'user',
        actor_id: '7',
        actor_email: 'a@b.example',
        details: { note: 'x', reason: 'ticket 42' },
      },
    ])
  })

  it('keeps all it has but the action when what was annotated is no action', async () => {
    const app = await serve(
      (_req, res) => {
        annotate({ action: '\0', details: { note: 'x' } })
        res.end()
      },
      {},
      projects,
    )
    await fetch(app.base, { method: 'POST', headers: { 'x-request-id': 'r-1' } })
    expect(app.recorder.events()).toMatchObject([
      { action: 'project.update', resource_id: 'p1', request_id: 'r-1', status_code: 200, details: { note: 'x' } },
    ])
    expect(app.swallowed).toHaveLength(1)
  })

  it('takes the workspace of the route only when somebody is signed in', async () => {
    const route = { pattern: '/workspaces/:ws_id/things', params: { ws_id: 'acme' } }
    const app = await serve(
      (req, res) => {
        if (req.headers.authorization !== undefined) Object.assign(req, { user: 'u1' })
        res.end()
      },
      {},
      route,
    )
    await fetch(app.base, { method: 'POST' })
    await fetch(app.base, { method: 'POST', headers: { authorization: 'x' } })
    expect(app.recorder.events().map((row) => row.workspace_id)).toEqual(['default', 'acme'])
  })

  it('goes to _system when the host names workspaces and this one has none', async () => {
    const app = await serve((_req, res) => res.end(), { workspace: () => undefined }, projects)
    await fetch(app.base, { method: 'POST' })
    expect(app.recorder.events()).toMatchObject([{ workspace_id: '_system' }])
  })

  it('is aborted, with no status, when the client leaves first, and tells what the handler did after', async () => {
    let finish: (() => void) | undefined
    const app = await serve(
      (_req, res) => {
        finish = () => {
          annotate({ details: { committed: true } })
          res.end()
        }
      },
      { abortGraceMs: 60_000 },
      projects,
    )
    const client = net.connect(Number(new URL(app.base).port), '127.0.0.1')
    client.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n')
    await until(() => finish !== undefined)
    client.destroy()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(app.recorder.events()).toEqual([])
    app.capture.of({}) // another request's scope is not touched
    finish?.()
    await until(() => app.recorder.events().length === 1)
    expect(app.recorder.events()[0]).toMatchObject({ result: 'aborted' })
    expect(app.recorder.events()[0]).not.toHaveProperty('status_code')
  })

  it('is written after the grace when the handler of a client that left never ends', async () => {
    const app = await serve(() => undefined, { abortGraceMs: 20 }, projects)
    const client = net.connect(Number(new URL(app.base).port), '127.0.0.1')
    client.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n')
    await until(() => app.recorder.frames.length === 1)
    client.destroy()
    await until(() => app.recorder.events().length === 1)
    expect(app.recorder.events()).toMatchObject([{ result: 'aborted' }])
  })

  it('is a failure when its answer breaks half way by the host', async () => {
    const app = await serve(
      (_req, res) => {
        res.write('half')
        setTimeout(() => res.destroy(new Error('disk')), 10)
      },
      {},
      projects,
    )
    await fetch(app.base, { method: 'POST' })
      .then((res) => res.text())
      .catch(() => undefined)
    await until(() => app.recorder.events().length === 1)
    expect(app.recorder.events()).toMatchObject([{ result: 'failure', status_code: 200 }])
  })

  it('is a success when it is an event stream that its client closes', async () => {
    const app = await serve(
      (_req, res) => {
        res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
      },
      {},
      projects,
    )
    const abort = new AbortController()
    const answer = await fetch(app.base, { signal: abort.signal })
    await answer.body?.getReader().read()
    abort.abort()
    await until(() => app.recorder.events().length === 1)
    expect(app.recorder.events()).toMatchObject([{ result: 'success', status_code: 200 }])
  })

  it('leaves one event over HTTP/2, which has no prefinish', async () => {
    const app = await serve(() => undefined, {}, projects)
    const server = http2.createServer((req, res) => {
      const exchange = {
        req,
        res,
        url: req.url ?? '/',
        native: req,
        route: () => projects,
        user: () => undefined,
        body: () => undefined,
      }
      void app.capture.capture(exchange, () => res.end('ok'))
    })
    const client = http2.connect(`http://127.0.0.1:${await listen(server)}`)
    const stream = client.request({ ':path': '/projects/p1', ':method': 'POST' })
    stream.resume().end()
    await once(stream, 'end')
    client.close()
    await until(() => app.recorder.events().length > 0)
    expect(app.recorder.events()).toMatchObject([{ action: 'project.update', result: 'success', status_code: 200 }])
  })
})

describe('which requests are kept', () => {
  const statusOf: Handler = (req, res) => {
    if (req.url === '/skip') skip()
    res.writeHead(Number(req.headers['x-status'] ?? 200)).end()
  }
  const send = (app: App, path: string, status: number, method = 'GET') =>
    fetch(app.base + path, { method, headers: { 'x-status': String(status) } })

  it('leaves out reads that no route matched, but not denied or failing ones', async () => {
    const app = await serve(statusOf)
    for (const status of [200, 404, 401, 500]) await send(app, '/x?token=hush', status)
    await send(app, '/x', 404, 'POST')
    expect(app.recorder.events().map((row) => [row.action, row.status_code])).toEqual([
      ['http.unmatched', 401],
      ['http.unmatched', 500],
      ['http.unmatched', 404],
    ])
    expect(app.recorder.events()[0]).toMatchObject({ details: { path: '/x' }, context: { method: 'GET' } })
    expect(app.recorder.frames.filter(({ type }) => type === 'cancel')).toHaveLength(2)
  })

  it('skips a success on demand, never a failure', async () => {
    const app = await serve(statusOf, {}, projects)
    await send(app, '/skip', 200)
    await send(app, '/skip', 403)
    expect(app.recorder.events().map((row) => row.result)).toEqual(['denied'])
  })

  it('keeps mutations, denied and failed requests when asked for mutations, without intents for reads', async () => {
    const app = await serve(statusOf, { capture: 'mutations' }, projects)
    await send(app, '/', 200)
    await send(app, '/', 403)
    await send(app, '/', 201, 'POST')
    expect(app.recorder.frames.map(({ type, row }) => [type, row?.status_code])).toEqual([
      ['outcome', 403],
      ['intent', undefined],
      ['outcome', 201],
    ])
  })

  it('leaves out the exchanges of the mounted router', async () => {
    const app: App = await serve(
      (req, res) => {
        app.capture.exempt(req)
        res.writeHead(401).end()
      },
      {},
      projects,
    )
    await fetch(app.base)
    expect(app.recorder.frames.map(({ type }) => type)).toEqual(['intent', 'cancel'])
  })
})

describe('a host whose functions throw', () => {
  it('is answered as ever, and the event is kept without what they would have said', async () => {
    const boom = () => {
      throw new Error('boom')
    }
    const app = await serve(
      (req, res) => {
        scopeOfRequest(req).annotateAtEnd(boom)
        res.end('fine')
      },
      { actor: boom, when: boom },
      projects,
    )
    const answer = await fetch(app.base, { method: 'POST' })
    expect(await answer.text()).toBe('fine')
    expect(app.recorder.events()).toMatchObject([
      { action: 'project.update', actor_type: 'anonymous', ip: '127.0.0.1' },
    ])
    expect(app.swallowed.length).toBeGreaterThan(0)
  })

  it('is answered as ever when they answer promises, whose rejections end no process', async () => {
    const rejects = (): never => Promise.reject(new Error('boom')) as never
    const declaration = createDeclaration('project.moved', { resource: rejects })
    const app = await serve(
      (req, res) => {
        scopeOfRequest(req).annotateAtEnd(declaration)
        res.end('fine')
      },
      { actor: rejects, workspace: rejects, when: rejects },
      projects,
    )
    expect(await (await fetch(app.base, { method: 'POST' })).text()).toBe('fine')
    expect(app.recorder.events()).toMatchObject([{ actor_type: 'anonymous', workspace_id: '_system' }])
    expect(app.swallowed.map(String)).toEqual(
      ['The option when', 'audited: resource', 'The option actor', 'The option workspace'].map(
        (name) => expect.stringContaining(`${name} answered a promise`) as string,
      ),
    )
  })
})

it('lets two trails capture one request, each its own event', async () => {
  const first = await serve((_req, res) => res.end(), {}, projects)
  const second = await serve(
    (req, res) => {
      const exchange = {
        req,
        res,
        url: req.url ?? '/',
        native: req,
        route: () => projects,
        user: () => undefined,
        body: () => undefined,
      }
      void first.capture.capture(exchange, () => {
        annotate({ details: { seenBy: 'inner' } })
        res.end()
      })
    },
    {},
    projects,
  )
  await fetch(second.base, { method: 'POST' })
  expect(first.recorder.events()).toMatchObject([{ details: { seenBy: 'inner' } }])
  expect(second.recorder.events()).toHaveLength(1)
})

it('forgets the request when its event is written', async () => {
  const scopes: WeakRef<object>[] = []
  const app = await serve(
    (req, res) => {
      scopes.push(new WeakRef(req))
      // A timer keeps the scope of the request, not the request.
      setTimeout(() => undefined, 60_000).unref()
      expect((scopeOfRequest(req) as { exchange?: unknown }).exchange).toBeDefined()
      res.end()
      expect((scopeOfRequest(req) as { exchange?: unknown }).exchange).toBeUndefined()
    },
    {},
    projects,
  )
  await fetch(app.base)
  expect(app.swallowed).toEqual([])
})

it('keeps a secret of the path out of the event', async () => {
  const route = { pattern: '/password-resets/:token', params: { token: 'hush-hush' } }
  const app = await serve((_req, res) => res.end(), {}, route)
  await fetch(`${app.base}/password-resets/hush-hush`, { method: 'POST' })
  expect(app.recorder.events()).toMatchObject([{ resource_type: 'password-reset' }])
  expect(JSON.stringify(app.recorder.events())).not.toContain('hush')
})
