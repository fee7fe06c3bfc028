import { createConnection } from 'node:net'
import { once } from 'node:events'

import fc from 'fast-check'

import { bodyText } from '../../../../test/http/body-text'
import { expectProblem } from '../../../../test/http/expect-problem'
import { serveApi, type ServedApi } from '../../../../test/http/serve-api'
import { problemBody } from './problem'
import { ROUTES } from './routes/table'
import { staticTokens } from './static-tokens'

let served: ServedApi
const token = 'reader-token'

beforeAll(async () => {
  const principal = { id: 'reader', workspaces: ['acme'], permissions: ['activity:read'] } as const
  served = await serveApi({ authorize: staticTokens({ [token]: principal }) })
  for (let index = 0; index < 30; index += 1) {
    served.log.add({ action: 'issue.created', workspace_id: 'acme', issue_id: '1', actor_id: 'u1' })
  }
})
afterAll(() => served.stop())

// Taken from the table, so that a new list is held to the same rules.
const LISTS = ROUTES.filter(({ query }) => 'offset' in query.shape).map(({ path }) =>
  path.replace('{ws_id}', 'acme').replace(/\{\w+\}/, 'u1'),
)

describe.each(LISTS)('%s', (path) => {
  it.each([
    ['limit=0', 'limit', /from 1 to 200/],
    ['limit=201', 'limit', /from 1 to 200/],
    ['limit=-1', 'limit', /from 1 to 200/],
    ['limit=', 'limit', /from 1 to 200/],
    ['limit=ten', 'limit', /from 1 to 200/],
    ['limit=10.5', 'limit', /from 1 to 200/],
    ['limit=1e2', 'limit', /from 1 to 200/],
    ['limit=0x10', 'limit', /from 1 to 200/],
    ['limit=%2050', 'limit', /from 1 to 200/],
    ['limit=99999999999999999999', 'limit', /from 1 to 200/],
    ['limit=NaN', 'limit', /from 1 to 200/],
    ['limit=%F0%9F%92%A9', 'limit', /from 1 to 200/],
    ['limit=%00', 'limit', /from 1 to 200/],
    ['offset=-1', 'offset', /0 or more/],
    ['offset=1.0', 'offset', /0 or more/],
    ['offset=x', 'offset', /0 or more/],
    ['offset=', 'offset', /0 or more/],
    ['offset=9999999999999999', 'offset', /0 or more/],
    ['limit=5&limit=6', 'limit', /once/],
    ['limit=5&limit=5', 'limit', /once/],
    ['limits=5', 'limits', /"limit"/],
    ['ofset=5', 'ofset', /"offset"/],
    ['page=2', 'page', /Known parameters: .*limit/],
    ['__proto__=1', '__proto__', /Known parameters/],
    ['constructor=1', 'constructor', /Known parameters/],
    ['limit[]=5', 'limit[]', /"limit"/],
    ['=5', '', /Known parameters/],
    ['cursor=', 'cursor', /1 to 64/],
    ['cursor=nonsense', 'cursor', /next_cursor/],
    ['cursor=bDQ', 'cursor', /next_cursor/],
    [`cursor=${'A'.repeat(65)}`, 'cursor', /1 to 64/],
    ['cursor=dzQ&offset=5', 'offset', /cursor/],
  ])('refuses %s and says what to do', async (query, parameter, remedy) => {
    const response = await served.get(`${path}?${query}`, { token })
    expect(response.status).toBe(400)
    const problem = await expectProblem(response)
    expect(problem.parameter).toBe(parameter)
    expect(problem.remedy).toMatch(remedy)
  })
})

it.each([
  ['/audit-logs/?status=OK', 'status', /SUCCESS, FAILED/],
  ['/audit-logs/?status=success', 'status', /SUCCESS, FAILED/],
  ['/audit-logs/?ip_address=1.2.3', 'ip_address', /such as ip_address=192/],
  ['/audit-logs/?ip_address=localhost', 'ip_address', /such as/],
  ['/audit-logs/?start_date=yesterday', 'start_date', /start_date=2025-01-01T00:00:00Z/],
  ['/audit-logs/?start_date=2025-02-30', 'start_date', /such as/],
  ['/audit-logs/?end_date=2025-01-01T25:00:00Z', 'end_date', /such as/],
  ['/audit-logs/?start_date=2025-02-01&end_date=2025-01-01', 'start_date', /earlier/],
  ['/audit-logs/?user_id=%00', 'user_id', /256/],
  [`/audit-logs/?user_id=${'x'.repeat(257)}`, 'user_id', /256/],
  [`/audit-logs/?user_id=${encodeURIComponent('é'.repeat(200))}`, 'user_id', /256/],
  [`/audit-logs/?user_email=${'x'.repeat(321)}`, 'user_email', /320/],
  ['/audit-logs/?action=', 'action', /such as action=LOGIN/],
  ['/audit-logs/?search=', 'search', /such as/],
  ['/audit-logs/?userid=1', 'userid', /"user_id"/],
  ['/audit-logs/?action=LOGIN&action=CREATE', 'action', /once/],
  ['/audit-logs/?workspace=', 'workspace', /such as/],
  ['/audit-logs/?workspace=acme&workspace=other', 'workspace', /once/],
  ['/users/u1/activity?user_id=u2', 'user_id', /Known|Did you/],
  ['/users/%00/activity', 'user_id', /256/],
  [`/users/${'x'.repeat(300)}/activity`, 'user_id', /256/],
  ['/activity?since=1 fortnight', 'since', /since=7d/],
  ['/activity?since=1h&from=2024-01-01', 'since', /one of them/],
  ['/activity?from=2024-01-02&to=2024-01-01', 'from', /earlier/],
  ['/activity?since=1h&to=2h', 'since', /earlier/],
  ['/activity?result=ok', 'result', /success, failure, denied, aborted, unknown/],
  ['/activity?actor=:x', 'actor', /service-account:ci-pipeline/],
  ['/activity?actor=user:', 'actor', /service-account:ci-pipeline/],
  ['/activity?actor=user:1&user=2', 'user', /one of them/],
  ['/activity?env=a&resource=b', 'env', /one of them/],
  ['/activity?env=a&resource_type=b', 'env', /one of them/],
  ['/activity?action=', 'action', /such as action=env/],
  [`/activity?${'action=a.b&'.repeat(21)}`, 'action', /at most 20/],
  ['/activity?filter=', 'filter', /such as filter=actor.type/],
  [`/activity?filter=${'x'.repeat(1_025)}`, 'filter', /1024/],
  ['/activity?filter=actor.type%3Dagent%20or%20result%3Dfailure', 'filter', /"and"/],
  ['/activity?search=', 'search', /such as/],
  ['/activity/summary?limit=0', 'limit', /from 1 to 200/],
  ['/activity/summary?offset=1', 'offset', /Known parameters/],
  ['/activity/summary?since=1h&from=2024-01-01', 'since', /one of them/],
  ['/activity/summary?from=2024-01-02&to=2024-01-01', 'from', /earlier/],
  ['/analytics/timeline?time_zone=Mars/Olympus', 'time_zone', /such as time_zone=Europe\/Berlin/],
  ['/analytics/timeline?time_zone=', 'time_zone', /such as time_zone=Europe\/Berlin/],
  [`/analytics/timeline?time_zone=${'x'.repeat(65)}`, 'time_zone', /64/],
  ['/analytics/timeline?interval=week', 'interval', /hour, day/],
  ['/analytics/timeline?interval=hour&since=365d', 'from', /interval=day/],
  ['/analytics/peak-hours?from=1900-01-01', 'from', /shorter/],
  ['/analytics/resources?by=logins', 'by', /total, changes, failed/],
  ['/analytics/users?by=age', 'by', /total, changes, failed, logins/],
  ['/analytics/users?order=up', 'order', /most, least/],
  ['/analytics/users/inactive?since=soon', 'since', /since=30d/],
  ['/analytics/users/inactive?by=mood', 'by', /activity, login/],
  ['/users/u1/summary?interval=hour&from=2000-01-01', 'from', /interval=day/],
  ['/activity/nonsense', 'id', /evt_/],
  ['/activity/evt_abc123', 'id', /evt_/],
  ['/activity/evt_018d0d3e-5a68-7c3a-8f21-0b9c4d5e6f70?limit=1', 'limit', /no parameters/],
])('refuses %s and says what to do', async (path, parameter, remedy) => {
  const problem = await expectProblem(await served.get(path, { token }))
  expect(problem.parameter).toBe(parameter)
  expect(problem.remedy).toMatch(remedy)
})

it('names the place in a filter where it cannot be understood, and what was expected', async () => {
  const detailOf = async (filter: string) => {
    const response = await served.get(`/activity?filter=${encodeURIComponent(filter)}`, { token })
    return (await expectProblem(response)).detail
  }
  expect(await detailOf('actor.type=agent or result=failure')).toBe(
    'Parameter "filter" has "or" at character 18, instead of "and" or the end.',
  )
  expect(await detailOf('actor.typ=agent')).toBe(
    'Parameter "filter" has "actor.typ" at character 1, instead of a field, such as "actor.type".',
  )
  expect(await detailOf('result=')).toBe(
    'Parameter "filter" ends at character 8, instead of one of success, failure, denied, aborted, unknown.',
  )
})

it('keeps a long name out of the message', async () => {
  const problem = await expectProblem(await served.get(`/activity?${'x'.repeat(5_000)}=1`, { token }))
  expect(problem.detail.length).toBeLessThan(200)
})

it.each([
  '/',
  '/nothing',
  '/activity/1/2',
  '/workspaces//activity',
  '/workspaces/%ff/activity',
  '/workspaces/a/activity//',
])('has no endpoint %s', async (path) => {
  const response = await served.get(path, { token })
  expect(response.status).toBe(404)
  expect((await expectProblem(response)).code).toBe('ERR_ROUTE_UNKNOWN')
})

it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('takes no %s and says what it takes', async (method) => {
  const response = await served.get('/activity', { token, method })
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
  expect((await expectProblem(response)).code).toBe('ERR_METHOD_UNKNOWN')
})

it('answers OPTIONS with the methods and without a body', async () => {
  const response = await served.get('/activity', { method: 'OPTIONS' })
  expect(response.status).toBe(204)
  expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
  expect(await response.text()).toBe('')
})

it('answers HEAD with the headers of GET and no body', async () => {
  const get = await served.get('/activity?limit=5', { token })
  const head = await served.get('/activity?limit=5', { token, method: 'HEAD' })
  expect(head.status).toBe(200)
  for (const name of ['content-length', 'content-type', 'x-total-count', 'link', 'cache-control']) {
    expect(head.headers.get(name)).toBe(get.headers.get(name))
  }
  expect(await head.text()).toBe('')
  // fetch drops a body of its own accord: ask the API itself.
  const headers = { authorization: `Bearer ${token}` }
  const bare = await served.api.handle({ method: 'HEAD', path: '/activity', query: new URLSearchParams(), headers })
  expect(bare.body).toBe('')
})

it('tells browsers neither to keep nor to run what it answers', async () => {
  const response = await served.get('/activity', { token })
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
})

describe('whatever is sent', () => {
  const names = [...new Set(ROUTES.flatMap((route) => Object.keys(route.query.shape)))]
  const odd = fc.oneof(
    fc.constantFrom(
      '',
      '0',
      '-1',
      '1e9',
      '\0',
      '*',
      '%',
      '%00',
      '../..',
      "' or 1=1 --",
      '\r\nset-cookie: a=b',
      '𝒳',
      '2024-01-01',
      '7d',
      '1',
    ),
    fc.string({ unit: 'binary', maxLength: 40 }),
  )
  const queries = fc
    .array(
      fc.tuple(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: odd }), odd),
      { maxLength: 4 },
    )
    .map((pairs) => new URLSearchParams(pairs).toString())
  const raw = fc.string({ unit: 'binary-ascii', maxLength: 40 }).map((text) => text.replace(/[^\x21-\x7e]/g, ''))
  const segments = fc.oneof(
    fc.constantFrom(
      'workspaces',
      'acme',
      'issues',
      'activity',
      'users',
      'audit-logs',
      'health',
      'openapi.json',
      '',
      '..',
      '%2e',
      '%ff',
      '%',
    ),
    odd.map((text) => encodeURIComponent(Buffer.from(text).toString())),
  )
  const paths = fc.oneof(
    fc.constantFrom(...LISTS, '/activity/x', '/health', '/openapi.json'),
    fc.array(segments, { maxLength: 6 }).map((parts) => `/${parts.join('/')}`),
  )
  const methods = fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'OPTIONS', 'POST', 'BREW')

  it('answers below 500, and every refusal is a problem', async () => {
    await fc.assert(
      fc.asyncProperty(paths, fc.oneof(queries, raw), methods, async (path, query, method) => {
        const response = await served.api.handle({
          method,
          path,
          query: new URLSearchParams(query),
          headers: { authorization: `Bearer ${token}` },
        })
        expect(response.status).toBeLessThan(500)
        for (const value of Object.values(response.headers)) expect(value).toMatch(/^[\x20-\x7e]*$/)
        if (response.status < 400 || method === 'HEAD') return
        const body = JSON.parse(await bodyText(response))
        expect(body).toEqual(problemBody({ kind: 'problem', ...body }))
        expect(body.status).toBe(response.status)
      }),
      { numRuns: 1_500 },
    )
  })

  it('survives raw bytes on the socket', async () => {
    const { port } = new URL(served.origin)
    await fc.assert(
      fc.asyncProperty(fc.oneof(raw, queries), async (target) => {
        const socket = createConnection(Number(port), '127.0.0.1')
        const chunks: Buffer[] = []
        socket.on('data', (chunk: Buffer) => chunks.push(chunk))
        socket.on('error', () => undefined)
        socket.end(
          `GET /api/v1/activity?${target} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\nconnection: close\r\n\r\n`,
        )
        await once(socket, 'close')
        expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 [24]\d\d /)
      }),
      { numRuns: 100 },
    )
    expect(served.api.status()).toEqual({ storeFailures: 0, authorizeFailures: 0, internalFailures: 0 })
  })
})
