import { expectProblem } from '../../../../test/http/expect-problem'
import { serveApi, type ServedApi } from '../../../../test/http/serve-api'
import { ROUTES } from './routes/table'
import { staticTokens } from './static-tokens'
import { createViews } from './viewed'

let served: ServedApi
let nowMs: number
const token = 'reader'

beforeEach(async () => {
  nowMs = Date.UTC(2025, 5, 1)
  served = await serveApi({
    now: () => nowMs,
    authorize: staticTokens({
      [token]: { id: 'ann', email: 'ann@acme.example', workspaces: ['acme'], permissions: ['activity:read'] },
      bot: { id: 'ann', type: 'agent', workspaces: ['acme'], permissions: ['activity:read'] },
      root: { id: 'root', workspaces: '*', permissions: ['activity:admin'] },
    }),
  })
})
afterEach(() => served.stop())

it('records who looked at what, from where it was asked', async () => {
  await served.get('/audit-logs/?action=LOGIN&limit=5', { token, headers: { 'user-agent': 'curl/8' } })
  expect(served.viewed).toEqual([
    {
      action: 'activity.viewed',
      actor: { type: 'user', id: 'ann', email: 'ann@acme.example' },
      workspace: 'acme',
      resource: { type: 'activity' },
      source: 'http',
      userAgent: 'curl/8',
      details: { endpoint: 'GET /audit-logs/', filter: { action: ['LOGIN'] } },
    },
  ])
})

it('records one event for all pages of a list within a minute, and another one after it', async () => {
  for (const query of ['', '?limit=5', '?limit=5&offset=5', '?cursor=dzQ', '?offset=0']) {
    await served.get(`/workspaces/acme/activity${query}`, { token })
    nowMs += 10_000
  }
  expect(served.viewed).toHaveLength(1)
  nowMs += 10_000
  await served.get('/workspaces/acme/activity', { token })
  expect(served.viewed).toHaveLength(2)
})

it('tells principals, filters, parameters and endpoints apart, not the order of parameters', async () => {
  const reads: [string, string][] = [
    ['/activity?action=a.b&user=x', token],
    ['/activity?user=x&action=a.b', token],
    ['/activity?action=a.b&user=x', 'bot'],
    ['/activity?action=a.b', token],
    ['/users/1/activity', token],
    ['/users/2/activity', token],
    ['/workspaces/acme/issues/1/activity', token],
  ]
  for (const [path, reader] of reads) await served.get(path, { token: reader })
  expect(served.viewed).toHaveLength(6)
})

it('records a look at one event in the log of that event', async () => {
  const event = served.log.add({ action: 'env.create', workspace_id: 'beta' })
  await served.get(`/activity/${event.id}`, { token: 'root' })
  expect(served.viewed).toEqual([
    expect.objectContaining({ workspace: 'beta', details: expect.objectContaining({ parameters: { id: event.id } }) }),
  ])
})

it('records a look across workspaces with the system', async () => {
  await served.get('/audit-logs/?workspace=*', { token: 'root' })
  expect(served.viewed).toEqual([expect.objectContaining({ workspace: '_system' })])
})

it.each(ROUTES.filter(({ permission }) => permission === 'activity:read').map((route) => [route.path, route] as const))(
  'records a read of %s',
  async (path, route) => {
    const event = served.log.add({ action: 'env.create', workspace_id: 'acme' })
    const target = path
      .replace('{ws_id}', 'acme')
      .replace('{id}', event.id)
      .replace(/\{\w+\}/, 'x')
    const response = await served.get(target, { token })
    expect(response.status).toBe(200)
    expect(served.viewed).toEqual([
      expect.objectContaining({ details: expect.objectContaining({ endpoint: `${route.method} ${route.path}` }) }),
    ])
  },
)

it('records nothing that was refused, not found, or not about events', async () => {
  for (const path of ['/activity?limit=0', '/activity/x', '/workspaces/other/activity', '/health', '/openapi.json']) {
    await served.get(path, { token })
  }
  await served.get('/activity')
  expect(served.viewed).toEqual([])
})

it('answers although the record fails, and counts it', async () => {
  const failing = await serveApi({
    viewed: () => {
      throw new Error('journal full')
    },
    authorize: () => ({ id: 'x', workspaces: ['acme'], permissions: ['activity:read'] }),
  })
  expect((await failing.get('/activity')).status).toBe(200)
  expect(failing.api.status()).toMatchObject({ internalFailures: 1, lastError: 'Error: journal full' })
  await expectProblem(await failing.get('/activity?limit=0'))
  await failing.stop()
})

it('remembers a bounded number of reads, and forgetting one records it once more', () => {
  const recorded: string[] = []
  const view = createViews({ now: () => 0, record: (event) => recorded.push(event.workspace ?? ''), capacity: 2 })
  const [route] = ROUTES
  if (!route) throw new Error('no routes')
  const call = {
    request: { method: 'GET', path: '/', query: new URLSearchParams(), headers: {} },
    route,
    params: {},
    query: {},
    principal: { id: 'x', workspaces: '*', permissions: [] },
    workspaceId: undefined,
    mayGoOn: () => Promise.resolve(true),
  } as const
  for (const workspace of ['a', 'b', 'b', 'c', 'c', 'b', 'a']) view(call, workspace)
  expect(recorded).toEqual(['a', 'b', 'c', 'a'])
})
