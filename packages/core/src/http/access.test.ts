import { expectProblem } from '../../../../test/http/expect-problem'
import { read, type SeenPage, serveApi, type ServedApi, type ServeOptions } from '../../../../test/http/serve-api'
import type { Authorization, Authorize, Need, Principal } from './authorize'
import type { ApiRequest } from './message'
import { ROUTES } from './routes/table'
import { staticTokens } from './static-tokens'

/** What careless code rejects with. */
const NOTHING = undefined as unknown as Error

let served: ServedApi | undefined
afterEach(() => served?.stop())

async function serve(options: ServeOptions): Promise<ServedApi> {
  served = await serveApi(options)
  served.log.add({ action: 'issue.created', workspace_id: 'acme' })
  return served
}

const reader: Principal = { id: 'ann', workspaces: ['acme'], permissions: ['activity:read'] }
const dataPaths = ROUTES.filter(({ permission }) => permission !== 'none').map(
  ({ path, method }) => [path.replace('{ws_id}', 'acme').replace(/\{\w+\}/, 'x'), method] as const,
)

describe('without the option authorize', () => {
  it.each(dataPaths)('%s answers 401 to strangers and 403 to whoever has credentials', async (path, method) => {
    const { get } = await serve({})
    const stranger = await get(path, { method })
    expect(stranger.status).toBe(401)
    expect(stranger.headers.get('www-authenticate')).toBe('Bearer realm="actrail"')
    expect((await expectProblem(stranger)).remedy).toContain('Set the `authorize` option')
    const known = await get(path, { token: 'whatever', method })
    expect(known.status).toBe(403)
    expect(await expectProblem(known)).toMatchObject({
      code: 'ERR_AUTHORIZE_MISSING',
      remedy: expect.stringContaining('Set the `authorize` option'),
    })
  })

  it('tells a stranger nothing about its parameters', async () => {
    const { get } = await serve({})
    expect((await get('/activity?limit=x')).status).toBe(401)
  })
})

describe('authorize', () => {
  const seen: { request: ApiRequest; need: Need }[] = []
  const answering =
    (answer: Authorization): Authorize =>
    (request, need) => {
      seen.push({ request, need })
      return answer
    }
  beforeEach(() => void seen.splice(0))

  it.each<[string, Authorization, number, string]>([
    ['undefined', undefined, 401, 'ERR_CREDENTIALS_MISSING'],
    ['null', null, 401, 'ERR_CREDENTIALS_MISSING'],
    ['false', false, 401, 'ERR_CREDENTIALS_MISSING'],
    ['unauthenticated', { refused: 'unauthenticated' }, 401, 'ERR_CREDENTIALS_MISSING'],
    ['forbidden', { refused: 'forbidden' }, 403, 'ERR_PERMISSION_MISSING'],
    ['a principal without permission', { ...reader, permissions: ['activity:write'] }, 403, 'ERR_PERMISSION_MISSING'],
    ['a principal of nothing', { ...reader, workspaces: [] }, 403, 'ERR_WORKSPACE_FORBIDDEN'],
    ['a principal of elsewhere', { ...reader, workspaces: ['other'] }, 403, 'ERR_WORKSPACE_FORBIDDEN'],
  ])('that answers %s', async (_, answer, status, code) => {
    const { get } = await serve({ authorize: answering(answer) })
    const response = await get('/workspaces/acme/activity')
    expect(response.status).toBe(status)
    expect((await expectProblem(response)).code).toBe(code)
    expect(response.headers.has('www-authenticate')).toBe(status === 401)
  })

  it('may say why', async () => {
    const { get } = await serve({ authorize: answering({ refused: 'forbidden', reason: 'Only on weekdays.' }) })
    expect((await expectProblem(await get('/activity'))).detail).toBe('Only on weekdays.')
  })

  it.each([
    ['/workspaces/acme/activity', { permission: 'activity:read', workspaceId: 'acme' }],
    ['/workspaces/acme/issues/1/activity', { permission: 'activity:read', workspaceId: 'acme' }],
    ['/audit-logs/?workspace=acme', { permission: 'activity:read', workspaceId: 'acme' }],
    ['/audit-logs/', { permission: 'activity:read' }],
    ['/activity?workspace=*', { permission: 'activity:admin', workspaceId: '*' }],
    ['/workspaces/_system/activity', { permission: 'activity:admin', workspaceId: '_system' }],
    ['/activity/x', { permission: 'activity:read' }],
  ])('is asked once about %s', async (path, need) => {
    const { get } = await serve({ authorize: answering(reader) })
    await get(path)
    expect(seen.map((call) => call.need)).toEqual([need])
  })

  it('may be asynchronous and look at what the framework calls the request', async () => {
    const { get } = await serve({
      authorize: async ({ native }) => {
        const { headers } = native as { headers: Record<string, string> }
        return headers['x-session'] === 'ok' ? reader : undefined
      },
    })
    expect((await get('/activity', { headers: { 'x-session': 'ok' } })).status).toBe(200)
    expect((await get('/activity')).status).toBe(401)
  })

  it.each<[string, Authorize]>([
    [
      'throws',
      () => {
        throw new Error('password of the directory: hunter2')
      },
    ],
    ['rejects', () => Promise.reject(new Error('password of the directory: hunter2'))],
    ['rejects with nothing', () => Promise.reject<never>(NOTHING)],
    ['answers true', () => true as never],
    ['answers a principal without workspaces', () => ({ id: 'x', permissions: ['activity:read'] }) as never],
    ['answers a principal without an id', () => ({ ...reader, id: '' })],
  ])('that %s gives 500 without a leak, and is counted', async (_, authorize) => {
    const { get, api, reported } = await serve({ authorize })
    const response = await get('/activity')
    expect(response.status).toBe(500)
    const problem = await expectProblem(response)
    expect(problem.code).toBe('ERR_AUTHORIZE_FAILED')
    expect(JSON.stringify(problem)).not.toContain('hunter2')
    expect(api.status().authorizeFailures).toBe(1)
    expect(reported).toHaveLength(1)
  })

  it('that never answers gives 503 in time', async () => {
    const { get } = await serve({ authorize: () => new Promise(() => undefined), timeoutMs: 20 })
    const response = await get('/activity')
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('5')
    expect((await expectProblem(response)).code).toBe('ERR_API_SLOW')
  })
})

describe('permissions', () => {
  it.each([
    [['activity:read'], 200],
    [['activity:admin'], 200],
    [['USER_VIEW'], 200],
    [['USER_MANAGE'], 200],
    [['activity:export'], 403],
    [['activity:write'], 403],
    [['constructor'], 403],
    [[], 403],
  ])('%p on a list: %p', async (permissions, status) => {
    const { get } = await serve({ authorize: () => ({ ...reader, permissions: permissions as never }) })
    expect((await get('/audit-logs/')).status).toBe(status)
  })

  it('USER_MANAGE crosses no tenants', async () => {
    const { get } = await serve({ authorize: () => ({ id: 'x', workspaces: '*', permissions: ['USER_MANAGE'] }) })
    expect((await get('/activity?workspace=*')).status).toBe(403)
    expect((await get('/workspaces/_system/activity')).status).toBe(403)
  })
})

describe('who did it', () => {
  const worker: Principal = { id: 'u1', workspaces: ['acme'], permissions: [] }
  const did = (sketch: { actor_type?: string; actor_id: string; workspace_id?: string }) =>
    served?.log.add({ action: 'issue.updated', workspace_id: 'acme', actor_type: 'user', ...sketch })

  it('reads its own activity without a permission, in its own workspaces', async () => {
    const { get } = await serve({ authorize: () => worker })
    did({ actor_id: 'u1' })
    did({ actor_id: 'u2' })
    did({ actor_id: 'u1', workspace_id: 'other' })
    const page = await read<SeenPage>(get('/users/u1/activity'))
    expect(page.total).toBe(1)
    expect(served?.viewed).toHaveLength(1)
    for (const path of ['/users/u2/activity', '/users/U1/activity', '/activity', '/audit-logs/?user_id=u1']) {
      expect([path, (await get(path)).status]).toEqual([path, 403])
    }
    const codeIn = async (workspace: string) =>
      (await expectProblem(await get(`/users/u1/activity?workspace=${workspace}`))).code
    expect(await codeIn('other')).toBe('ERR_WORKSPACE_FORBIDDEN')
    for (const workspace of ['_system', '*']) expect(await codeIn(workspace)).toBe('ERR_PERMISSION_MISSING')
  })

  it('reads nothing of another type of actor with the same id, unless it may read all', async () => {
    const { get } = await serve({ authorize: ({ headers }) => ({ ...worker, ...(headers['x-all'] ? { permissions: reader.permissions } : { type: 'agent' }) }) }) // prettier-ignore
    did({ actor_id: 'u1' })
    did({ actor_id: 'u1', actor_type: 'agent' })
    expect((await read<SeenPage>(get('/users/u1/activity'))).total).toBe(1)
    expect((await read<SeenPage>(get('/users/u1/activity', { headers: { 'x-all': '1' } }))).total).toBe(2)
  })

  it('is still asked for its credentials', async () => {
    const { get } = await serve({ authorize: () => undefined })
    expect((await get('/users/u1/activity')).status).toBe(401)
  })
})

describe('the tenant of a list that names none', () => {
  it.each(['/audit-logs/', '/activity', '/users/u/activity'])(
    '%s is the only workspace of the principal',
    async (path) => {
      const { get } = await serve({ authorize: () => reader })
      expect((await get(path)).status).toBe(200)
    },
  )

  it.each([[['acme', 'other']], ['*' as const]])('is ambiguous for %p', async (workspaces) => {
    const { get } = await serve({ authorize: () => ({ ...reader, workspaces }) })
    const response = await get('/audit-logs/')
    expect(response.status).toBe(400)
    expect(await expectProblem(response)).toMatchObject({ code: 'ERR_WORKSPACE_AMBIGUOUS', parameter: 'workspace' })
    expect((await get('/audit-logs/?workspace=acme')).status).toBe(200)
  })
})

describe('staticTokens', () => {
  it('gives each token its principal, whatever the case of the scheme', async () => {
    const { get } = await serve({
      authorize: staticTokens({ one: { ...reader, workspaces: ['w1'] }, two: { ...reader, workspaces: ['w2'] } }),
    })
    const answer = async (workspace: string, authorization: string) =>
      (await get(`/workspaces/${workspace}/activity`, { headers: { authorization } })).status
    expect(await answer('w1', 'Bearer one')).toBe(200)
    expect(await answer('w2', 'bearer two')).toBe(200)
    expect(await answer('w2', 'Bearer one')).toBe(403)
  })

  it.each(['Bearer', 'Bearer ', 'Bearer wrong', 'Bearer one two', 'Basic b25l', 'one', 'Bearer __proto__'])(
    'does not accept %p',
    async (authorization) => {
      const { get } = await serve({ authorize: staticTokens({ one: reader }) })
      const response = await get('/activity', { headers: { authorization } })
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"')
      expect((await expectProblem(response)).code).toBe('ERR_CREDENTIALS_REFUSED')
    },
  )

  it.each(['', 'two words', 'snow\u2603'])('refuses the token %p without naming it', (token) => {
    expect(() => staticTokens({ [token]: reader })).toThrow(
      expect.objectContaining({ code: 'ERR_OPTION_INVALID', message: expect.not.stringContaining(token || '""') }),
    )
  })
})
