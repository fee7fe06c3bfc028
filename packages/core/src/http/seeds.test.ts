import { read, serveApi, type SeenEntry, type SeenPage, type ServedApi } from '../../../../test/http/serve-api'
import { staticTokens } from './static-tokens'

// The calls that clients of the three shapes make today, as they make them, with the fields that they read.

let served: ServedApi
const token = 'your-jwt-token'

beforeAll(async () => {
  const principal = { id: 'reader', workspaces: ['acme-corp'], permissions: ['activity:read'] } as const
  served = await serveApi({ authorize: staticTokens({ [token]: principal }) })
})
afterAll(() => served.stop())

describe('workspace and issue activity', () => {
  let created: { id: string }

  beforeAll(() => {
    const { log } = served
    log.add({ action: 'member.invite', workspace_id: 'acme-corp' })
    created = log.add({
      action: 'issue.created',
      workspace_id: 'acme-corp',
      issue_id: 'issue-abc123',
      actor_type: 'user',
      actor_id: 'user-abc123',
      details: { title: 'Fix login bug', identifier: 'ISS-1' },
      occurred_at: Date.UTC(2025, 0, 1),
    })
    log.add({
      action: 'issue.updated',
      workspace_id: 'acme-corp',
      issue_id: 'issue-other',
      actor_type: 'agent',
      actor_id: 'agent-1',
      changes: { status: { old: 'open', new: 'closed' } },
    })
  })

  it('answers the listed entry, field by field', async () => {
    const response = await served.get('/workspaces/acme-corp/issues/issue-abc123/activity?limit=10', { token })
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual([
      {
        id: `evt_${created.id}`,
        workspace_id: 'acme-corp',
        issue_id: 'issue-abc123',
        actor_type: 'user',
        actor_id: 'user-abc123',
        action: 'issue.created',
        details: { title: 'Fix login bug', identifier: 'ISS-1' },
        created_at: '2025-01-01T00:00:00',
      },
    ])
  })

  it('answers a bare array, newest first, with the total in a header', async () => {
    const response = await served.get('/workspaces/acme-corp/activity?limit=20&offset=0', { token })
    const entries = await read<SeenEntry[]>(response)
    expect(entries.map((entry) => entry.action).slice(0, 3)).toEqual([
      'issue.updated',
      'issue.created',
      'member.invite',
    ])
    expect(response.headers.get('x-total-count')).toBe(String(entries.length))
    expect(response.headers.get('x-total-relation')).toBe('exact')
  })

  it('shows the new values of changed fields among the details', async () => {
    const response = await served.get('/workspaces/acme-corp/issues/issue-other/activity', { token })
    expect((await read<SeenEntry[]>(response))[0]).toMatchObject({ actor_type: 'agent', details: { status: 'closed' } })
  })

  it('takes the largest and the smallest page', async () => {
    for (const limit of [1, 200]) {
      const response = await served.get(`/workspaces/acme-corp/activity?limit=${limit}`, { token })
      expect(response.status).toBe(200)
    }
  })
})

describe('audit logs', () => {
  beforeAll(() => {
    const { log } = served
    const on = (day: number, hour: number) => Date.UTC(2025, 0, day, hour)
    const base = { workspace_id: 'acme-corp', actor_type: 'user' }
    log.add({
      ...base,
      action: 'project.create',
      occurred_at: Date.UTC(2025, 0, 15, 14, 30),
      actor_id: 'user-def-456',
      actor_email: 'alice@company.com',
      resource_type: 'project',
      resource_id: 'project-abc-123',
      ip: '192.168.1.100',
      details: { project_name: 'My AI Project', description: 'New ML deployment project' },
    })
    log.add({
      ...base,
      action: 'user.update',
      occurred_at: on(15, 15),
      actor_id: 'admin-789',
      actor_email: 'admin@company.com',
      resource_type: 'user',
      resource_id: 'user-def-456',
      changes: { role: { old: 'DEVELOPER', new: 'ADMIN' } },
    })
    log.add({
      ...base,
      action: 'auth.login',
      occurred_at: on(15, 9),
      actor_id: 'user-def-456',
      actor_email: 'charlie@company.com',
      resource_type: 'user',
      resource_id: 'user-def-456',
      ip: '203.0.113.42',
      user_agent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)',
      details: { login_method: 'email_password', tenant_name: 'Acme Corp' },
    })
    log.add({
      ...base,
      action: 'auth.login',
      result: 'denied',
      occurred_at: on(31, 23) + 3_599_500,
      actor_email: 'attacker@evil.com',
      resource_type: 'user',
      ip: '198.51.100.42',
      details: { reason: 'Invalid credentials', attempted_email: 'admin@company.com' },
    })
  })

  const list = async (query: string) => {
    const response = await served.get(`/audit-logs/${query}`, { token })
    expect(response.status).toBe(200)
    return read<SeenPage>(response)
  }

  it('answers a month of logins in an envelope', async () => {
    const page = await list(
      '?limit=100&offset=0&action=LOGIN&start_date=2025-01-01T00%3A00%3A00Z&end_date=2025-01-31T23%3A59%3A59Z',
    )
    expect(Object.keys(page)).toEqual(['items', 'total', 'limit', 'offset'])
    expect(page).toMatchObject({ total: 1, limit: 100, offset: 0 })
    expect(page.items[0]).toEqual({
      id: expect.stringMatching(/^evt_/),
      action: 'LOGIN',
      resource_type: 'USER',
      resource_id: 'user-def-456',
      user_id: 'user-def-456',
      user_email: 'charlie@company.com',
      timestamp: '2025-01-15T09:00:00Z',
      ip_address: '203.0.113.42',
      user_agent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)',
      details: { login_method: 'email_password', tenant_name: 'Acme Corp' },
      status: 'SUCCESS',
    })
  })

  it('takes the last second of the range as a whole', async () => {
    const page = await list('?action=LOGIN_FAILED&end_date=2025-01-31T23:59:59Z')
    expect(page.items).toHaveLength(1)
    expect(page.items[0]).toMatchObject({ user_email: 'attacker@evil.com', status: 'FAILED' })
    expect(page.items[0]).not.toHaveProperty('user_id')
  })

  it('finds a resource by its type in upper case and its id', async () => {
    const page = await list('?resource_type=PROJECT&resource_id=project-abc-123')
    expect(page.items).toEqual([expect.objectContaining({ action: 'CREATE', user_email: 'alice@company.com' })])
  })

  it('shows what changed', async () => {
    const page = await list('?user_id=admin-789')
    expect(page.items[0]?.details).toEqual({ changed_fields: ['role'], old_value: 'DEVELOPER', new_value: 'ADMIN' })
  })

  it.each([
    ['?user_email=alice@company.com', 1],
    ['?status=FAILED', 1],
    ['?ip_address=::ffff:203.0.113.42', 1],
    ['?search=alice', 1],
    ['?search=nobody', 0],
    ['?action=auth.*', 2],
    ['?start_date=2025-01-31&end_date=2025-01-31', 1],
  ])('filters by %s', async (query, found) => {
    expect((await list(query)).items).toHaveLength(found)
  })

  it('answers without the slash at the end as well', async () => {
    expect((await served.get('/audit-logs?limit=1', { token })).status).toBe(200)
  })

  it('answers what one user did', async () => {
    const response = await served.get('/users/user-def-456/activity?limit=50', { token })
    const page = await read<SeenPage>(response)
    expect(page.items.map((entry) => entry.action)).toEqual(['LOGIN', 'CREATE'])
    expect(page).toMatchObject({ total: 2, limit: 50, offset: 0 })
  })
})

describe('activity', () => {
  let created: { id: string }

  beforeAll(() => {
    created = served.log.add({
      action: 'env.create',
      workspace_id: 'acme-corp',
      occurred_at: Date.UTC(2024, 0, 15, 14, 32, 1),
      actor_type: 'user',
      actor_id: 'usr_xyz789',
      actor_email: 'john@acme.example',
      ip: '192.168.1.100',
      resource_type: 'environment',
      resource_id: 'env_def456',
      resource_name: 'my-feature-env',
      project: 'frontend',
      source: 'cli',
      context: { cli_version: '1.5.0' },
      changes: { blueprint: 'nodejs-app', resources: { cpu: '2', memory: '4G' } },
    })
    served.log.add({
      action: 'env.update',
      workspace_id: 'acme-corp',
      occurred_at: Date.UTC(2024, 0, 31, 13),
      actor_type: 'service-account',
      actor_id: 'ci-pipeline',
      resource_type: 'environment',
      resource_id: 'staging-env',
    })
    served.log.add({
      action: 'env.cleanup',
      workspace_id: 'acme-corp',
      occurred_at: Date.UTC(2024, 0, 15, 12),
      actor_type: 'system',
      resource_type: 'environment',
      resource_id: 'idle-env-1',
    })
  })

  it('answers the detail record, field by field', async () => {
    const response = await served.get(`/activity/evt_${created.id}`, { token })
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      id: `evt_${created.id}`,
      timestamp: '2024-01-15T14:32:01Z',
      action: 'env.create',
      actor: { type: 'user', id: 'usr_xyz789', email: 'john@acme.example', ip_address: '192.168.1.100' },
      resource: { type: 'environment', id: 'env_def456', name: 'my-feature-env' },
      context: { project: 'frontend', organization: 'acme-corp', source: 'cli', cli_version: '1.5.0' },
      changes: { blueprint: 'nodejs-app', resources: { cpu: '2', memory: '4G' } },
      result: 'success',
    })
  })

  it('knows an event by its bare id, too', async () => {
    expect((await served.get(`/activity/${created.id.toUpperCase()}`, { token })).status).toBe(200)
  })

  it('answers the documented list call', async () => {
    const response = await served.get('/activity?from=2024-01-01&limit=100', { token })
    const page = await read<SeenPage>(response)
    expect(Object.keys(page)).toEqual(['items', 'total', 'limit', 'offset', 'next_cursor'])
    expect(page).toMatchObject({ limit: 100, offset: 0, next_cursor: null })
    expect(page.total).toBe(page.items.length)
  })

  it.each([
    ['env=my-feature-env', ['env.create']],
    ['user=john@acme.example', ['env.create']],
    ['user=usr_xyz789', ['env.create']],
    ['from=2024-01-01&to=2024-01-07', []],
    ['from=2024-01-01&to=2024-01-31', ['env.cleanup', 'env.update', 'env.create']],
    ['from=2024-01-31T14:00:00%2B01:00&to=2024-01-31T14:00:00%2B01:00', ['env.update']],
    ['from=2024-01-31T14:00:00+01:00&to=2024-01-31T14:00+01:00', ['env.update']],
    ['action=*.create&env=my-feature-env', ['env.create']],
    ['action=env.create&action=env.cleanup', ['env.cleanup', 'env.create']],
    ['action=env.*&actor=system', ['env.cleanup']],
    ['actor=service-account:ci-pipeline', ['env.update']],
    ['project=frontend', ['env.create']],
    ['resource_type=environment&resource=idle-env-1', ['env.cleanup']],
    ['since=1h', []],
    ['action=update&to=2024-12-31', ['env.update']],
    ['result=denied', ['auth.login']],
    ['search=STAGING', ['env.update']],
    ['filter=action=env.create', ['env.create']],
    ['filter=actor.type=system%20and%20env="idle-env-1"', ['env.cleanup']],
    ['filter=actor.type!=user%20and%20resource.type=environment', ['env.cleanup', 'env.update']],
    ['filter=timestamp<=2024-01-15&action=env.*', ['env.cleanup', 'env.create']],
    ['filter=action=*.create&action=env.*', ['env.create']],
    ['filter=actor=system&actor=user', []],
  ])('filters by %s', async (query, actions) => {
    const response = await served.get(`/activity?${query}`, { token })
    const page = await read<SeenPage>(response)
    expect(page.items.map((event) => event.action)).toEqual(actions)
  })

  it('skips with an offset as the terminal does', async () => {
    const all = await read<SeenPage>(served.get('/activity?limit=100', { token }))
    const some = await read<SeenPage>(served.get('/activity?limit=2&offset=3', { token }))
    expect(some).toMatchObject({ limit: 2, offset: 3, total: all.total })
    expect(some.items).toEqual(all.items.slice(3, 5))
  })
})
