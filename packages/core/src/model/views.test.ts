import { encodeRow } from '../ledger/row'
import { normaliseEvent } from '../ledger/normal-form'
import { createRedactor } from '../redact/redactor'
import type { EventInput, EventRow, StoredEvent } from './event'
import { createIds, showId } from './id'
import { statusOf, toS1, toS2, toS3 } from './views'

const defaults = { now: () => Date.UTC(2025, 0, 1), nextId: createIds().next, redactor: createRedactor() }

/** An event as it comes back from the log: through its normal form, its text and a database that reorders keys. */
function stored(input: EventInput): StoredEvent {
  const text = encodeRow(normaliseEvent(input, defaults))
  const { leaf_hash: hash, ...row } = JSON.parse(text, asJsonb) as EventRow & { leaf_hash: string }
  return { ...row, log_index: 0, workspace_seq: 0, recorded_at: row.occurred_at + 50, leaf_hash: hash.slice(2) }
}

function asJsonb(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const byLength = (a: [string, unknown], b: [string, unknown]) => a[0].length - b[0].length || (a[0] < b[0] ? -1 : 1)
  return Object.fromEntries(Object.entries(value).sort(byLength))
}

describe('the S1 view', () => {
  const recorded = stored({
    action: 'env.create',
    occurredAt: '2024-01-15T14:32:01Z',
    actor: { type: 'user', id: 'usr_xyz789', email: 'john@company.com' },
    ip: '192.168.1.100',
    resource: { type: 'environment', id: 'env_def456', name: 'my-feature-env' },
    workspace: 'acme-corp',
    project: 'frontend',
    source: 'cli',
    context: { cli_version: '1.5.0' },
    changes: { blueprint: 'nodejs-app', resources: { cpu: '2', memory: '4G' } },
  })

  it('is the detail record, field by field', () => {
    expect(toS1(recorded)).toStrictEqual({
      id: showId(recorded.id),
      timestamp: '2024-01-15T14:32:01Z',
      action: 'env.create',
      actor: { type: 'user', id: 'usr_xyz789', email: 'john@company.com', ip_address: '192.168.1.100' },
      resource: { type: 'environment', id: 'env_def456', name: 'my-feature-env' },
      context: { project: 'frontend', organization: 'acme-corp', source: 'cli', cli_version: '1.5.0' },
      changes: { blueprint: 'nodejs-app', resources: { cpu: '2', memory: '4G' } },
      result: 'success',
    })
  })

  it('has its members in the order of the detail record', () => {
    const shown = toS1(recorded)
    expect(Object.keys(shown)).toEqual([
      'id',
      'timestamp',
      'action',
      'actor',
      'resource',
      'context',
      'changes',
      'result',
    ])
    expect(Object.keys(shown.actor)).toEqual(['type', 'id', 'email', 'ip_address'])
    expect(Object.keys(shown.context)).toEqual(['project', 'organization', 'source', 'cli_version'])
  })

  it('shows changes with old and new values as they were given too', () => {
    const changes = { role: { old: 'DEVELOPER', new: 'ADMIN' }, plan: 'pro' }
    expect(toS1(stored({ action: 'user.update', changes })).changes).toEqual(changes)
  })

  it('reads the user agent', () => {
    const userAgent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:121.0) Gecko/20100101 Firefox/121.0'
    expect(toS1(stored({ action: 'auth.login', userAgent })).user_agent).toEqual({
      raw: userAgent,
      browser: { name: 'Firefox', version: '121.0' },
      os: { name: 'Windows', version: '10' },
      device: null,
    })
  })

  it('of a system action without more says so, and lets no context claim another organization', () => {
    const shown = toS1(stored({ action: 'env.cleanup', actor: { type: 'system' }, context: { organization: 'evil' } }))
    expect(shown.actor).toStrictEqual({ type: 'system' })
    expect(shown.context).toEqual({ organization: 'default', source: 'record' })
    expect(shown).not.toHaveProperty('resource')
  })

  it('keeps what the other shapes would lose', () => {
    const input = {
      action: 'issue.updated',
      onBehalfOf: { type: 'user', id: 'u1' },
      issue: 'i1',
      statusCode: 200,
      durationUs: 1_500,
      requestId: 'r1',
      traceId: '0af7651916cd43dd8448eb211c80319c',
      details: { note: 'x' },
    }
    expect(toS1(stored(input))).toMatchObject({
      on_behalf_of: { type: 'user', id: 'u1' },
      issue_id: 'i1',
      status_code: 200,
      duration_us: 1_500,
      request_id: 'r1',
      trace_id: '0af7651916cd43dd8448eb211c80319c',
      details: { note: 'x' },
    })
  })
})

describe('the S2 view', () => {
  const alice = { type: 'user', id: 'user-def-456', email: 'alice@company.com' }
  const project = { project_name: 'My AI Project', description: 'New ML deployment project' }
  const userAgent = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)...'

  it.each<[string, EventInput, object]>([
    [
      'CREATE',
      {
        action: 'project.create',
        actor: alice,
        resource: { type: 'project', id: 'project-abc-123' },
        occurredAt: '2025-01-15T14:30:00Z',
        ip: '192.168.1.100',
        details: project,
      },
      {
        action: 'CREATE',
        resource_type: 'PROJECT',
        resource_id: 'project-abc-123',
        user_id: 'user-def-456',
        user_email: 'alice@company.com',
        timestamp: '2025-01-15T14:30:00Z',
        ip_address: '192.168.1.100',
        details: project,
        status: 'SUCCESS',
      },
    ],
    [
      'UPDATE',
      {
        action: 'member.role.update',
        actor: { type: 'user', id: 'admin-789', email: 'admin@company.com' },
        resource: { type: 'USER', id: 'user-def-456' },
        occurredAt: '2025-01-15T15:00:00Z',
        changes: { role: { old: 'DEVELOPER', new: 'ADMIN' } },
      },
      {
        action: 'UPDATE',
        resource_type: 'USER',
        resource_id: 'user-def-456',
        user_id: 'admin-789',
        user_email: 'admin@company.com',
        timestamp: '2025-01-15T15:00:00Z',
        details: { changed_fields: ['role'], old_value: 'DEVELOPER', new_value: 'ADMIN' },
        status: 'SUCCESS',
      },
    ],
    [
      'DELETE',
      {
        action: 'endpoint.deleted',
        actor: { type: 'user', id: 'user-def-456', email: 'bob@company.com' },
        resource: { type: 'endpoint', id: 'endpoint-xyz-789' },
        occurredAt: '2025-01-15T16:00:00Z',
        details: { endpoint_name: 'production-api', reason: 'No longer needed' },
      },
      {
        action: 'DELETE',
        resource_type: 'ENDPOINT',
        resource_id: 'endpoint-xyz-789',
        user_id: 'user-def-456',
        user_email: 'bob@company.com',
        timestamp: '2025-01-15T16:00:00Z',
        details: { endpoint_name: 'production-api', reason: 'No longer needed' },
        status: 'SUCCESS',
      },
    ],
    [
      'LOGIN',
      {
        action: 'auth.login',
        actor: { type: 'user', id: 'user-def-456', email: 'charlie@company.com' },
        resource: { type: 'user', id: 'user-def-456' },
        occurredAt: '2025-01-15T09:00:00Z',
        ip: '::ffff:203.0.113.42',
        userAgent,
        details: { login_method: 'email_password', tenant_name: 'Acme Corp' },
      },
      {
        action: 'LOGIN',
        resource_type: 'USER',
        resource_id: 'user-def-456',
        user_id: 'user-def-456',
        user_email: 'charlie@company.com',
        timestamp: '2025-01-15T09:00:00Z',
        ip_address: '203.0.113.42',
        user_agent: userAgent,
        details: { login_method: 'email_password', tenant_name: 'Acme Corp' },
        status: 'SUCCESS',
      },
    ],
    [
      'LOGIN_FAILED',
      {
        action: 'auth.login',
        result: 'denied',
        actor: { type: 'user', email: 'attacker@evil.com' },
        resource: { type: 'user' },
        occurredAt: '2025-01-15T09:05:00Z',
        ip: '198.51.100.42',
        details: { reason: 'Invalid credentials', attempted_email: 'admin@company.com' },
      },
      {
        action: 'LOGIN_FAILED',
        resource_type: 'USER',
        user_email: 'attacker@evil.com',
        timestamp: '2025-01-15T09:05:00Z',
        ip_address: '198.51.100.42',
        details: { reason: 'Invalid credentials', attempted_email: 'admin@company.com' },
        status: 'FAILED',
      },
    ],
  ])('is the listed %s entry, field by field', (_verb, input, entry) => {
    const event = stored(input)
    expect(toS2(event)).toStrictEqual({ id: showId(event.id), ...entry })
  })

  it('always has an e-mail member: clients print it without asking', () => {
    expect(toS2(stored({ action: 'system.cleanup' }))).toMatchObject({ user_email: null, details: {} })
  })

  it('lists several changes, sorted by field, with null where a side was not told', () => {
    const changes = { title: { old: 'a', new: 'b' }, body: 'new text', label: { old: 'bug' } }
    expect(toS2(stored({ action: 'issue.updated', changes })).details).toEqual({
      changed_fields: ['body', 'label', 'title'],
      old_value: [null, 'bug', 'a'],
      new_value: ['new text', null, 'b'],
    })
  })

  it('says nothing of old values when none was told, and does not take a value with more members for a pair', () => {
    expect(toS2(stored({ action: 'env.update', changes: { cpu: '2' } })).details).toEqual({
      changed_fields: ['cpu'],
      new_value: '2',
    })
    const range = { old: 1, new: 2, unit: 'GB' }
    expect(toS2(stored({ action: 'env.update', changes: { range } })).details).toEqual({
      changed_fields: ['range'],
      new_value: range,
    })
  })

  it('says SUCCESS of success and FAILED of everything else', () => {
    expect((['success', 'failure', 'denied', 'aborted', 'unknown'] as const).map(statusOf)).toEqual([
      'SUCCESS',
      'FAILED',
      'FAILED',
      'FAILED',
      'FAILED',
    ])
  })
})

describe('the S3 view', () => {
  it('is the listed entry, field by field, its time without a zone', () => {
    const event = stored({
      action: 'issue.created',
      workspace: 'ws-abc123',
      issue: 'issue-abc123',
      actor: { type: 'user', id: 'user-abc123' },
      details: { title: 'Fix login bug', identifier: 'ISS-1' },
      occurredAt: '2025-01-01T00:00:00',
    })
    expect(toS3(event)).toStrictEqual({
      id: showId(event.id),
      workspace_id: 'ws-abc123',
      issue_id: 'issue-abc123',
      actor_type: 'user',
      actor_id: 'user-abc123',
      action: 'issue.created',
      details: { title: 'Fix login bug', identifier: 'ISS-1' },
      created_at: '2025-01-01T00:00:00',
    })
  })

  it('shows the new values of changed fields among the details', () => {
    const event = stored({
      action: 'issue.updated',
      changes: { status: { old: 'open', new: 'closed' }, assignee: 'agent-1', due: { old: '2025-01-01' } },
      details: { identifier: 'ISS-1' },
    })
    expect(toS3(event).details).toEqual({ status: 'closed', assignee: 'agent-1', due: null, identifier: 'ISS-1' })
  })

  it('has every member of every event', () => {
    expect(toS3(stored({ action: 'system.alert' }))).toMatchObject({
      issue_id: null,
      actor_type: 'anonymous',
      actor_id: null,
      details: {},
    })
  })
})
