import { createConnection } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'

import { expectProblem } from '../../../../test/http/expect-problem'
import { read, serveApi, type ServedApi } from '../../../../test/http/serve-api'
import { createIds, showId } from '../model/id'
import { toApiRequest } from './node'
import { MAX_BODY_BYTES } from './json-body'
import { staticTokens } from './static-tokens'

let served: ServedApi
const token = 'writer'
const ID = showId(createIds().next())

beforeEach(async () => {
  served = await serveApi({
    authorize: staticTokens({
      [token]: { id: 'billing', type: 'service-account', workspaces: ['acme'], permissions: ['activity:write'] },
      reader: { id: 'ann', workspaces: ['acme'], permissions: ['activity:read', 'activity:admin'] },
      many: { id: 'hub', workspaces: ['acme', 'beta'], permissions: ['activity:write'] },
      root: { id: 'root', workspaces: '*', permissions: ['activity:write', 'activity:admin'] },
    }),
  })
})
afterEach(() => served.stop())

const JSON_TYPE = { 'content-type': 'application/json' }
const post = (body: unknown, how: { token?: string; headers?: Record<string, string>; path?: string } = {}) =>
  served.get(how.path ?? '/events', {
    token: how.token ?? token,
    method: 'POST',
    headers: how.headers ?? JSON_TYPE,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

describe('POST /events', () => {
  it('records what another service tells, in the members that the list shows', async () => {
    const response = await post({
      id: ID,
      timestamp: '2024-01-15T14:32:01Z',
      action: 'env.create',
      actor: { type: 'user', id: 'usr_xyz789', email: 'john@acme.example', ip_address: '192.168.1.100' },
      on_behalf_of: { type: 'user', id: 'usr_2' },
      resource: { type: 'environment', id: 'env_def456', name: 'my-feature-env' },
      project: 'frontend',
      issue_id: 'issue-1',
      result: 'failure',
      context: { cli_version: '1.5.0', recorded_by: 'somebody else' },
      changes: { blueprint: 'nodejs-app' },
      details: { note: 'x' },
      user_agent: 'curl/8',
      status_code: 500,
      duration_us: 12,
      request_id: 'r',
      trace_id: '0'.repeat(32),
    })
    expect(response.status).toBe(201)
    const { id } = await read<{ id: string }>(response)
    expect(response.headers.get('location')).toBe(`/api/v1/activity/${id}`)
    expect(served.accepted).toEqual([
      {
        id: ID,
        occurredAt: '2024-01-15T14:32:01Z',
        action: 'env.create',
        actor: { type: 'user', id: 'usr_xyz789', email: 'john@acme.example' },
        onBehalfOf: { type: 'user', id: 'usr_2' },
        ip: '192.168.1.100',
        resource: { type: 'environment', id: 'env_def456', name: 'my-feature-env' },
        workspace: 'acme',
        project: 'frontend',
        issue: 'issue-1',
        result: 'failure',
        source: 'api',
        context: { cli_version: '1.5.0', recorded_by: { type: 'service-account', id: 'billing' } },
        changes: { blueprint: 'nodejs-app' },
        details: { note: 'x' },
        userAgent: 'curl/8',
        statusCode: 500,
        durationUs: 12,
        requestId: 'r',
        traceId: '0'.repeat(32),
      },
    ])
  })

  it('takes the credentials for the actor where none is named', async () => {
    expect((await post({ action: 'invoice.sent' })).status).toBe(201)
    expect(served.accepted).toMatchObject([{ actor: { type: 'service-account', id: 'billing' }, workspace: 'acme' }])
  })

  it('needs activity:write, and is not itself a read', async () => {
    const refused = await post({ action: 'a.b' }, { token: 'reader' })
    expect((await expectProblem(refused)).code).toBe('ERR_PERMISSION_MISSING')
    await post({ action: 'a.b' })
    expect([served.accepted.length, served.viewed.length]).toEqual([1, 0])
  })

  it.each([
    ['many', '', 400, 'ERR_WORKSPACE_AMBIGUOUS'],
    ['many', '?workspace=gamma', 403, 'ERR_WORKSPACE_FORBIDDEN'],
    [token, '?workspace=beta', 403, 'ERR_WORKSPACE_FORBIDDEN'],
    [token, '?workspace=_system', 403, 'ERR_PERMISSION_MISSING'],
    ['root', '?workspace=_system', 403, 'ERR_WORKSPACE_FORBIDDEN'],
    ['root', '?workspace=*', 403, 'ERR_WORKSPACE_FORBIDDEN'],
  ])('records nothing for %s at %p: %p %s', async (who, query, status, code) => {
    const response = await post({ action: 'a.b' }, { token: who, path: `/events${query}` })
    expect(response.status).toBe(status)
    expect((await expectProblem(response)).code).toBe(code)
    expect(served.accepted).toEqual([])
  })

  it('records in the workspace that the parameter names among those of the credentials', async () => {
    expect((await post({ action: 'a.b' }, { token: 'many', path: '/events?workspace=beta' })).status).toBe(201)
    expect(served.accepted).toMatchObject([{ workspace: 'beta' }])
  })

  it.each<[unknown, string, RegExp]>([
    [{}, 'action', /"action" does not fit: expected string/],
    [{ action: '' }, 'action', /"action" does not fit/],
    [{ action: ' ' }, 'action', /is blank/],
    [{ action: 'a\0' }, 'action', /NUL/],
    [{ action: 'x'.repeat(257) }, 'action', /256/],
    [{ action: 'a.b', actor: { id: '1' } }, 'actor.type', /"actor.type"/],
    [{ action: 'a.b', actor: { type: 'user', role: 'x' } }, 'actor.role', /no member "actor.role"/],
    [{ action: 'a.b', workspace: 'beta' }, 'workspace', /no member "workspace"/],
    [{ action: 'a.b', source: 'http' }, 'source', /no member "source"/],
    [{ action: 'a.b', id: '42' }, 'id', /UUIDv7/],
    [{ action: 'a.b', id: '00000000-0000-4000-8000-000000000000' }, 'id', /UUIDv7/],
    [{ action: 'a.b', timestamp: 'yesterday' }, 'timestamp', /is not a time/],
    [{ action: 'a.b', result: 'ok' }, 'result', /"result" does not fit/],
    [{ action: 'a.b', status_code: 99 }, 'status_code', /"status_code"/],
    [{ action: 'a.b', details: [] }, 'details', /"details"/],
    [[], 'body', /The body does not fit/],
    ['null', 'body', /The body does not fit/],
    ['{"action":', 'body', /well-formed/],
    ['', 'body', /well-formed/],
  ])('refuses %j and names the member', async (body, parameter, detail) => {
    const problem = await expectProblem(await post(body))
    expect(problem).toMatchObject({ code: 'ERR_BODY_INVALID', parameter })
    expect(problem.detail).toMatch(detail)
    expect(served.accepted).toEqual([])
    expect(served.api.status()).toEqual({ storeFailures: 0, authorizeFailures: 0, internalFailures: 0 })
  })

  it.each([{ 'content-type': 'text/plain' }, {}, { 'content-type': 'application/jsonp' }])(
    'takes JSON only, since forms of other sites can send all else: %j',
    async (headers) => {
      const response = await post({ action: 'a.b' }, { headers })
      expect(response.status).toBe(415)
      expect((await expectProblem(response)).code).toBe('ERR_BODY_NOT_JSON')
    },
  )

  it.each([
    ['announced', (text: string) => `content-length: ${text.length}\r\n\r\n${text}`],
    [
      'in chunks',
      (text: string) => `transfer-encoding: chunked\r\n\r\n${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`,
    ],
  ])('refuses a body beyond 1 MiB, %s, and serves what comes behind it on the same connection', async (_, framed) => {
    const head = `host: x\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\n`
    const first = `POST /api/v1/events HTTP/1.1\r\n${head}${framed(' '.repeat(8 * MAX_BODY_BYTES))}`
    const second = `POST /api/v1/events HTTP/1.1\r\n${head}connection: close\r\n${framed('{"action":"a.b"}')}`
    const socket = createConnection(Number(new URL(served.origin).port), '127.0.0.1')
    socket.write(first + second)
    const statuses = [...(await text(socket)).matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)
    expect(statuses).toEqual(['413', '201'])
  })

  it('takes a body of nearly 1 MiB', async () => {
    const details = { text: 'x'.repeat(MAX_BODY_BYTES - 100) }
    expect((await post({ action: 'a.b', details })).status).toBe(201)
  })

  it('answers GET with the methods that there are', async () => {
    const response = await served.get('/events', { token })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, OPTIONS'])
  })

  it('asks to be sent the event again when it could not be recorded', async () => {
    const failing = await serveApi({
      authorize: () => ({ id: 'x', workspaces: ['acme'], permissions: ['activity:write'] }),
      accept: () => Promise.reject(new Error('disk full')),
    })
    const response = await failing.get('/events', { method: 'POST', headers: JSON_TYPE, body: '{"action":"a.b"}' })
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
    expect((await expectProblem(response)).code).toBe('ERR_JOURNAL_UNAVAILABLE')
    expect(failing.api.status()).toMatchObject({ internalFailures: 1, lastError: 'Error: disk full' })
    await failing.stop()
  })
})

describe('a body that the framework has read', () => {
  const parsed = async (body: unknown): Promise<unknown> => {
    const stream = Readable.from([Buffer.from('x')])
    await text(stream)
    return toApiRequest(Object.assign(stream, { method: 'POST', url: '/events', headers: JSON_TYPE, body })).body?.()
  }

  it('is taken as it was parsed, or parsed if it was left as text', async () => {
    expect(await parsed({ action: 'a.b' })).toEqual({ action: 'a.b' })
    expect(await parsed('{"action":"a.b"}')).toEqual({ action: 'a.b' })
    expect(await parsed(Buffer.from('{"action":"a.b"}'))).toEqual({ action: 'a.b' })
    expect(await parsed(undefined)).toBeUndefined()
  })
})
