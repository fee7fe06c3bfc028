import { read, serveApi, type ServedApi } from '../../../../test/http/serve-api'
import type { EventSketch } from '../../../../test/http/memory-query'
import { staticTokens } from './static-tokens'

// What the dashboard of the S2 view shows, as a dashboard would ask for it. It is Monday, 2025-01-20, at 12:07.

interface Item {
  readonly [name: string]: unknown
  readonly total: number
  readonly start: string
  readonly user_id: string
  readonly resource_type: string
}
interface Figures {
  readonly [name: string]: unknown
  readonly items: Item[]
  readonly actions: Item[]
  readonly timeline: Item[]
  readonly resource_types: Item[]
}

const NOW_MS = Date.UTC(2025, 0, 20, 12, 7)
const DAY_MS = 86_400_000
let served: ServedApi

beforeAll(async () => {
  const reader = { workspaces: ['acme'], permissions: ['activity:read'] } as const
  const authorize = staticTokens({
    admin: { id: 'boss', ...reader },
    alice: { id: 'alice', workspaces: ['acme'], permissions: [] },
    all: { id: 'root', workspaces: '*', permissions: ['activity:admin'] },
  })
  served = await serveApi({ authorize, now: () => NOW_MS })
  const add = (user: string, daysAgo: number, sketch: EventSketch) =>
    served.log.add({
      ...{ workspace_id: 'acme', actor_type: 'user', actor_id: user, actor_email: `${user}@company.com` },
      occurred_at: NOW_MS - daysAgo * DAY_MS,
      ...sketch,
    })
  const project = (id: string) => ({ resource_type: 'project', resource_id: id })
  add('carol', 100, { action: 'auth.login' })
  add('bob', 40, { action: 'auth.login' })
  add('bob', 12, { action: 'model.read', resource_type: 'model', resource_id: 'llama' })
  add('alice', 3, { action: 'auth.login' })
  add('alice', 3, { action: 'project.create', ...project('p1') })
  add('alice', 2, { action: 'project.update', ...project('p1') })
  add('alice', 2, { action: 'project.update', ...project('p2'), result: 'denied' })
  add('alice', 1, { action: 'endpoint.read', resource_type: 'endpoint', resource_id: 'e1' })
  add('alice', 1, { action: 'project.delete', ...project('p2') })
  served.log.add({ action: 'auth.login', workspace_id: 'acme', result: 'failure', occurred_at: NOW_MS - DAY_MS })
  served.log.add({ action: 'env.create', workspace_id: 'acme', actor_type: 'agent', actor_id: 'alice', occurred_at: NOW_MS }) // prettier-ignore
  served.log.add({ action: 'project.create', workspace_id: 'beta', actor_type: 'user', actor_id: 'alice', occurred_at: NOW_MS }) // prettier-ignore
})
afterAll(() => served.stop())

const get = async (path: string, token = 'admin') => {
  const response = await served.get(path, { token })
  return { status: response.status, body: await read<Figures>(response) }
}

it('counts by verb, action, result and type of resource', async () => {
  const { body } = await get('/activity/summary?since=7d')
  expect(body).toEqual({
    period: { from: '2025-01-13T12:00:00Z', to: '2025-01-20T12:15:00Z' },
    as_of: 11,
    behind: 0,
    total: 8,
    failed: 2,
    changes: { total: 4, created: 2, updated: 1, deleted: 1 },
    results: { success: 6, failure: 1, denied: 1 },
    verbs: [
      { verb: 'CREATE', total: 2, failed: 0 },
      { verb: 'UPDATE', total: 2, failed: 1 },
      { verb: 'DELETE', total: 1, failed: 0 },
      { verb: 'LOGIN', total: 1, failed: 0 },
      { verb: 'LOGIN_FAILED', total: 1, failed: 1 },
      { verb: 'READ', total: 1, failed: 0 },
    ],
    actions: expect.arrayContaining([{ action: 'project.update', total: 2, failed: 1 }]),
    resource_types: [
      { resource_type: 'project', total: 4, failed: 1, changes: 3 },
      { resource_type: 'endpoint', total: 1, failed: 0, changes: 0 },
    ],
  })
  expect((await get('/activity/summary?since=7d&limit=1')).body.actions).toHaveLength(1)
})

it('takes the last thirty days when no stretch is named', async () => {
  const { body } = await get('/activity/summary')
  expect(body.period).toEqual({ from: '2024-12-21T12:00:00Z', to: '2025-01-20T12:15:00Z' })
  expect(body.total).toBe(9)
  expect((await get('/activity/summary?to=2024-12-31')).body.period).toEqual({ from: '2024-12-02T00:00:00Z', to: '2025-01-01T00:00:00Z' }) // prettier-ignore
})

it('draws a timeline by day or hour, by the clocks of a zone, with empty days', async () => {
  const { body } = await get(
    '/analytics/timeline?from=2025-01-16T23:00:00Z&to=2025-01-20T22:59:59Z&time_zone=Europe/Berlin',
  )
  expect(body.items.map(({ start, total }) => [start, total])).toEqual([
    ['2025-01-17T00:00:00+01:00', 2],
    ['2025-01-18T00:00:00+01:00', 2],
    ['2025-01-19T00:00:00+01:00', 3],
    ['2025-01-20T00:00:00+01:00', 1],
  ])
  expect(body.items[3]).toEqual({ start: '2025-01-20T00:00:00+01:00', end: '2025-01-21T00:00:00+01:00', total: 1, failed: 0, changes: 1, logins: 0 }) // prettier-ignore
  const hours = await get('/analytics/timeline?since=3h&interval=hour')
  expect(hours.body.items.map(({ total }) => total)).toEqual([0, 0, 0, 1])
  expect(hours.body).toMatchObject({ interval: 'hour', time_zone: 'UTC' })
})

it('tells the peak hours of a week', async () => {
  const { body } = await get('/analytics/peak-hours?since=7d&time_zone=Asia/Kathmandu')
  expect(body.items).toHaveLength(168)
  expect(body.items.filter(({ total }) => total > 0)).toEqual([
    { weekday: 'monday', hour: 17, total: 1 },
    { weekday: 'friday', hour: 17, total: 2 },
    { weekday: 'saturday', hour: 17, total: 2 },
    { weekday: 'sunday', hour: 17, total: 3 },
  ])
})

it('ranks projects by changes and all resources by use, over whole days', async () => {
  const projects = await get('/analytics/resources?since=7d&resource_type=PROJECT&by=changes')
  expect(projects.body).toMatchObject({
    period: { from: '2025-01-13T00:00:00Z', to: '2025-01-21T00:00:00Z' },
    active_resources: 2,
    items: [
      { resource_type: 'project', resource_id: 'p1', total: 2, changes: 2, failed: 0 },
      { resource_type: 'project', resource_id: 'p2', total: 2, changes: 1, failed: 1 },
    ],
  })
  const all = await get('/analytics/resources?limit=1')
  expect([all.body.active_resources, all.body.items]).toEqual([4, [{ resource_type: 'project', resource_id: 'p1', total: 2, changes: 2, failed: 0 }]]) // prettier-ignore
})

it('names the most and the least active users, and when they were seen', async () => {
  const { body } = await get('/analytics/users')
  expect(body).toMatchObject({ active_users: 2, users_logged_in: 1 })
  expect(body.items.map(({ user_id, total }) => [user_id, total])).toEqual([['alice', 6], ['bob', 1]]) // prettier-ignore
  expect(body.items[1]).toEqual({
    ...{ user_id: 'bob', user_type: 'user', user_email: 'bob@company.com', total: 1, changes: 0, failed: 0, logins: 0 },
    ...{ first_seen: '2024-12-11T12:07:00Z', last_seen: '2025-01-08T12:07:00Z', last_login: '2024-12-11T12:07:00Z' },
  })
  expect((await get('/analytics/users?order=least&limit=1')).body.items[0]?.user_id).toBe('bob')
  expect((await get('/analytics/users?actor_type=agent')).body.active_users).toBe(1)
})

it('names users that were seen before and not lately, or did not log in', async () => {
  const names = (body: Figures) => body.items.map(({ user_id }) => user_id)
  const gone = await get('/analytics/users/inactive')
  expect([gone.body.since, gone.body.inactive_users, names(gone.body)]).toEqual(['2024-12-21T12:00:00Z', 1, ['carol']])
  expect(names((await get('/analytics/users/inactive?by=login')).body)).toEqual(['carol', 'bob'])
  expect(names((await get('/analytics/users/inactive?since=7d')).body)).toEqual(['carol', 'bob'])
})

it('sums up one user: what, with which resources, when, over a stretch and in all', async () => {
  const { body } = await get('/users/alice/summary?since=2d&interval=day')
  expect(body).toMatchObject({ user_id: 'alice', user_email: 'alice@company.com', total: 5, failed: 1, total_ever: 7 })
  expect(body).toMatchObject({ last_login: '2025-01-17T12:07:00Z', first_seen: '2025-01-17T12:07:00Z' })
  expect(body.changes).toEqual({ total: 3, created: 1, updated: 1, deleted: 1 })
  expect(body.resource_types.map(({ resource_type }) => resource_type)).toEqual(['project', 'endpoint']) // prettier-ignore
  expect(body.timeline.map(({ total }) => total)).toEqual([2, 2, 1])
})

it('shows everybody their own summary, as the same type of actor, and nobody else theirs', async () => {
  const own = await get('/users/alice/summary', 'alice')
  expect([own.status, own.body.total, own.body.total_ever]).toEqual([200, 6, 6])
  expect((await get('/users/bob/summary', 'alice')).status).toBe(403)
  for (const path of ['/activity/summary', '/analytics/users', '/analytics/timeline']) expect((await get(path, 'alice')).status).toBe(403) // prettier-ignore
})

it('is of one workspace at a time', async () => {
  for (const path of [
    '/activity/summary',
    '/analytics/peak-hours',
    '/analytics/users/inactive',
    '/users/alice/summary',
  ]) {
    const { status, body } = await get(`${path}?workspace=*`, 'all')
    expect([status, body.code, body.parameter]).toEqual([400, 'ERR_PARAMETER_INVALID', 'workspace'])
  }
  expect((await get('/activity/summary?workspace=beta', 'all')).body.total).toBe(1)
})
