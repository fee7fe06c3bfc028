import fc from 'fast-check'

import { bodyText } from '../../../../test/http/body-text'
import { createMemoryLog } from '../../../../test/http/memory-query'
import type { EventInput } from '../model/event'
import { type ApiDependencies, createApi } from './api'
import type { Principal } from './authorize'
import type { ApiRequest } from './message'
import { PERMISSIONS } from './permission'
import { ROUTES } from './routes/table'
import { mayRead } from './tenant'

// Every event says in its details whose it is, so that an answer can be checked without knowing how it was found.

const WORKSPACES = ['acme', 'beta', 'gamma', '_system', 'default']
const log = createMemoryLog()
for (let index = 0; index < 200; index += 1) {
  const workspace = WORKSPACES[index % WORKSPACES.length] ?? ''
  log.add({
    action: ['issue.created', 'auth.login', 'env.create'][index % 3] ?? '',
    workspace_id: workspace,
    issue_id: String(index % 4),
    actor_type: 'user',
    actor_id: `u${index % 5}`,
    actor_email: `u${index % 5}@example.com`,
    resource_type: 'issue',
    resource_id: String(index % 4),
    details: { owner: `owner:${workspace}` },
  })
}
// Figures show no events: what they count names its tenant.
for (const workspace of WORKSPACES) {
  const name = `owner:${workspace}`
  for (const actor_id of ['u1', name])
    log.add({
      action: name,
      workspace_id: workspace,
      actor_type: 'user',
      actor_id,
      resource_type: name,
      resource_id: name,
    })
}

const REST: ApiDependencies = {
  query: log,
  now: () => Date.UTC(2025, 0, 2),
  health: () => ({}),
  viewed: () => undefined,
  accept: () => Promise.reject(new Error('nothing is recorded here')),
}
/** What has an end; streams have tests of their own. */
const ENDING = ROUTES.filter(({ answer }) => !Object.keys(answer.otherMedia ?? {}).includes('text/event-stream'))
/** With none of these a principal sees only what it did itself. */
const READING: readonly string[] = ['activity:read', 'activity:export', 'activity:admin', 'USER_VIEW', 'USER_MANAGE']

const workspaceName = fc.constantFrom(...WORKSPACES, '*', 'ACME', 'acme ', 'acme/../beta', '%2a', '')
const principals: fc.Arbitrary<Principal> = fc.record({
  id: fc.constant('u1'),
  workspaces: fc.oneof(
    { weight: 4, arbitrary: fc.uniqueArray(fc.constantFrom(...WORKSPACES, '*'), { maxLength: 3 }) },
    { weight: 1, arbitrary: fc.constant<'*'>('*') },
  ),
  permissions: fc.oneof(
    { weight: 3, arbitrary: fc.subarray([...PERMISSIONS, 'USER_VIEW', 'USER_MANAGE'] as const) },
    { weight: 1, arbitrary: fc.constant(['activity:write'] as const) },
  ),
})

const requests: fc.Arbitrary<ApiRequest> = fc
  .record({
    route: fc.constantFrom(...ENDING.filter(({ tenancy }) => tenancy !== 'none')),
    workspace: workspaceName,
    asked: fc.array(
      fc.oneof(
        workspaceName.map((name) => ['workspace', name] as const),
        fc.constantFrom(
          ...([
            ['limit', '200'],
            ['offset', '3'],
            ['user_id', 'u1'],
            ['action', '*'],
            ['search', 'u'],
            ['cursor', 'dzk5'],
            ['cursor', 'bDE1MA'],
            ['resource_id', '1'],
          ] as const),
        ),
      ),
      { maxLength: 3 },
    ),
    event: fc.constantFrom(...log.events),
    number: fc.nat(4),
  })
  .map(({ route, workspace, asked, event, number }) => ({
    method: route.method,
    path: route.path
      .replace('{ws_id}', encodeURIComponent(workspace))
      .replace('{id}', event.id)
      .replace('{issue_id}', String(number))
      .replace('{user_id}', 'u1'),
    query: new URLSearchParams(asked.map(([name, value]): [string, string] => [name, value])),
    headers: {},
    body: async () => ({ action: 'a.b', details: { owner: 'owner:nobody' } }),
  }))

it('no generated request shows an event beyond the reach of its principal', async () => {
  let shown = 0
  let written = 0
  let own = 0
  await fc.assert(
    fc.asyncProperty(principals, requests, async (principal, request) => {
      const recorded: (string | undefined)[] = []
      const accept = async (event: EventInput) => `${recorded.push(event.workspace)}`
      const api = createApi({ ...REST, accept }, { authorize: () => principal })
      const response = await api.handle(request)
      expect(response.status).toBeLessThan(500)
      const owners = [...(await bodyText(response)).matchAll(/"owner:([^"]*)"/g)].map(([, owner]) => owner ?? '')
      shown += owners.length
      for (const owner of owners) expect(mayReadAsWritten(principal, owner)).toBe(true)
      for (const workspace of recorded) expect(mayWriteAsWritten(principal, workspace ?? '')).toBe(true)
      written += recorded.length
      if (owners.length > 0 && !principal.permissions.some((name) => READING.includes(name))) {
        expect(request.path).toMatch(/^\/users\/u1\/(activity|summary)$/)
        own += 1
      }
      const named = request.query.get('workspace')
      if (owners.length > 0 && named !== null && named !== '*') expect(new Set(owners)).toEqual(new Set([named]))
    }),
    { numRuns: 3_000, seed: 1 }, // one seed: whether the rare cases come up at all must not be luck
  )
  expect(shown).toBeGreaterThan(500)
  expect(written).toBeGreaterThan(0)
  expect(own).toBeGreaterThan(0)
})

/** The rule once more, in other words than the code under test. */
function mayReadAsWritten({ workspaces, permissions }: Principal, owner: string): boolean {
  if (owner === '_system') return permissions.includes('activity:admin')
  return workspaces === '*' || workspaces.some((workspace) => workspace === owner)
}

function mayWriteAsWritten({ workspaces, permissions }: Principal, workspace: string): boolean {
  const isTenant = workspace !== '_system' && workspace !== '*'
  return isTenant && permissions.includes('activity:write') && (workspaces === '*' || workspaces.includes(workspace))
}

it('answers the same for an event of another tenant as for one that does not exist', async () => {
  const api = createApi(REST, { authorize: () => ({ id: 'x', workspaces: ['acme'], permissions: ['activity:read'] }) })
  const foreign = log.events.find((event) => event.workspace_id === 'beta')
  const ask = (id: string) =>
    api.handle({ method: 'GET', path: `/activity/${id}`, query: new URLSearchParams(), headers: {} })
  const answer = await ask(`evt_${foreign?.id ?? ''}`)
  expect(answer.status).toBe(404)
  expect(answer).toEqual(await ask('evt_018d0d3e-5a68-7c3a-8f21-0b9c4d5e6f70'))
})

it('withholds an answer when the query returns rows of another workspace', async () => {
  const [foreign] = log.events.filter((event) => event.workspace_id === 'beta')
  const query = {
    ...log,
    list: async () => ({ items: foreign ? [foreign] : [], total: 1, totalRelation: 'exact' as const }),
    get: async () => foreign,
  }
  const api = createApi(
    { ...REST, query },
    { authorize: () => ({ id: 'x', workspaces: ['acme'], permissions: ['activity:read'] }) },
  )
  for (const path of ['/activity', `/activity/${foreign?.id ?? ''}`, '/workspaces/acme/activity']) {
    const response = await api.handle({ method: 'GET', path, query: new URLSearchParams(), headers: {} })
    expect(response.status).toBe(500)
    expect(await bodyText(response)).not.toContain('owner:')
  }
  expect(api.status().internalFailures).toBe(3)
})

it('reads what belongs to no tenant with activity:admin only', () => {
  expect(mayRead({ id: 'x', workspaces: '*', permissions: ['activity:read'] }, '_system')).toBe(false)
  expect(mayRead({ id: 'x', workspaces: ['_system'], permissions: ['activity:read'] }, '_system')).toBe(false)
  expect(mayRead({ id: 'x', workspaces: ['acme'], permissions: ['activity:admin'] }, '_system')).toBe(true)
  expect(mayRead({ id: 'x', workspaces: ['acme'], permissions: ['activity:admin'] }, '*')).toBe(false)
})

it('shows an event of no tenant to an administrator of any workspace, and to nobody else', async () => {
  const [event] = log.events.filter(({ workspace_id: workspace }) => workspace === '_system')
  const statusFor = async (permission: 'activity:read' | 'activity:admin'): Promise<number> => {
    const principal = { id: 'x', workspaces: ['gamma'], permissions: [permission] }
    const api = createApi(REST, { authorize: () => principal })
    const path = `/activity/${event?.id ?? ''}`
    return (await api.handle({ method: 'GET', path, query: new URLSearchParams(), headers: {} })).status
  }
  expect([await statusFor('activity:admin'), await statusFor('activity:read')]).toEqual([200, 404])
})
