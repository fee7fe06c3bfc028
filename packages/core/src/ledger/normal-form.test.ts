import type { EventInput } from '../model/event'
import { createIds } from '../model/id'
import { createRedactor } from '../redact/redactor'
import { normaliseEvent, readEvent } from './normal-form'

const ids = createIds()
const defaults = { now: () => 1_705_329_121_000, nextId: ids.next, redactor: createRedactor() }
const normalise = (input: Partial<EventInput>) => normaliseEvent({ action: 'issue.updated', ...input }, defaults)

describe('the normal form of an event', () => {
  it('needs no more than an action', () => {
    const row = normalise({})
    expect(row).toEqual({
      v: 1,
      id: row.id,
      occurred_at: 1_705_329_121_000,
      workspace_id: 'default',
      action: 'issue.updated',
      verb: 'UPDATE',
      result: 'success',
      source: 'record',
    })
  })

  it('takes its defaults for workspace and source', () => {
    const row = normaliseEvent({ action: 'x' }, { ...defaults, workspace: 'acme', source: 'job' })
    expect(row).toMatchObject({ workspace_id: 'acme', source: 'job' })
  })

  it.each([
    ['192.168.1.100', '192.168.1.100'],
    ['::ffff:192.168.1.100', '192.168.1.100'],
    ['1.2.3.4:8080', '1.2.3.4'],
    ['2001:0DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['not an address', undefined],
    ['1.2.3', undefined],
    ['', undefined],
  ])('writes the address %s as %s', (ip, normal) => expect(normalise({ ip }).ip).toBe(normal))

  it('writes ids in lower case and without their prefix', () => {
    const id = ids.next()
    expect(normalise({ id: `evt_${id.toUpperCase()}` }).id).toBe(id)
    expect(normalise({ intentId: id.toUpperCase() }).intent_id).toBe(id)
    expect(normalise({ traceId: '0AF7651916CD43DD8448EB211C80319C' }).trace_id).toBe('0af7651916cd43dd8448eb211c80319c')
  })

  it('writes times in milliseconds and durations in whole microseconds', () => {
    expect(normalise({ occurredAt: '2024-01-15T14:32:01.123456+01:00' }).occurred_at).toBe(1_705_325_521_123)
    expect(normalise({ occurredAt: new Date(5) }).occurred_at).toBe(5)
    expect(normalise({ durationUs: 12.6 }).duration_us).toBe(13)
  })

  it('keeps the action as given and derives the verb, which a login that failed changes', () => {
    expect(normalise({ action: 'Issue.Created' })).toMatchObject({ action: 'Issue.Created', verb: 'CREATE' })
    expect(normalise({ action: 'auth.login', result: 'denied' }).verb).toBe('LOGIN_FAILED')
    expect(normalise({ verb: 'approve' }).verb).toBe('APPROVE')
  })

  it('clips what is too long, in bytes', () => {
    const long = 'ü'.repeat(10_000)
    const row = normalise({
      action: long,
      verb: 'ŉ'.repeat(200),
      actor: { type: long, id: long, email: long, name: long },
      resource: { type: long, id: long, name: long },
      workspace: long,
      project: long,
      issue: long,
      userAgent: long,
      requestId: long,
      source: long,
    })
    const bytes = Object.entries(row).map(([column, value]) => [column, Buffer.byteLength(String(value))])
    const capped = Object.fromEntries(bytes) as Record<string, number>
    for (const column of ['action', 'verb', 'actor_id', 'actor_type', 'resource_id', 'resource_type', 'workspace_id']) {
      expect(capped[column]).toBeLessThanOrEqual(256)
    }
    expect(capped).toMatchObject({ actor_email: 320, actor_name: 512, user_agent: 512, request_id: 256, source: 256 })
  })

  it('takes secrets out of names and nested values', () => {
    const row = normalise({
      resource: { type: 'key', name: 'password=hunter2' },
      details: { password: 'hunter2', url: 'https://a:hunter2@b/?token=hunter2' },
      context: { headers: { Authorization: 'Bearer hunter2' } },
      changes: { password: { old: 'hunter1', new: 'hunter2' } },
    })
    expect(JSON.stringify(row)).not.toContain('hunter')
    expect(row.changes).toEqual({ password: '[redacted]' })
  })

  it('leaves out what it cannot use', () => {
    const row = normalise({
      statusCode: 99,
      durationUs: -1,
      traceId: 'short',
      intentId: 'x',
      actor: { type: '', name: '\0' },
      resource: { type: '\0', name: '\0' },
      details: {},
      context: { gone: undefined },
    })
    expect(Object.keys(JSON.parse(JSON.stringify(row)) as object).sort()).toEqual(
      ['action', 'id', 'occurred_at', 'result', 'source', 'v', 'verb', 'workspace_id'].sort(),
    )
  })

  it('takes what plain JavaScript callers pass: ids that are numbers, a result that is none', () => {
    const given = {
      resource: { type: 'issue', id: 42 },
      actor: { type: 'user', id: 7n },
      result: 'ok',
      details: 'text',
    }
    expect(normalise(given as unknown as EventInput)).toMatchObject({
      resource_id: '42',
      actor_id: '7',
      result: 'unknown',
      details: { value: 'text' },
    })
  })

  it.each([
    ['no action', { action: undefined }],
    ['an empty action', { action: ' \0 ' }],
    ['an action that is no text', { action: 5 }],
    ['an id that is none', { id: 'evt_abc123' }],
    ['an id that carries no time', { id: '9f8b1c9e-0a3b-4c57-8a2d-1f2e3d4c5b6a' }],
    ['a time that is none', { occurredAt: 'yesterday' }],
    ['an invalid date', { occurredAt: new Date(Number.NaN) }],
    ['a time beyond what Postgres keeps', { occurredAt: new Date(8.64e15) }],
  ])('refuses %s', (_what, input) => {
    expect(() => normalise(input as unknown as EventInput)).toThrow(
      expect.objectContaining({ code: 'ERR_EVENT_INVALID' }) as Error,
    )
  })
})

describe('an event that does harm when it is read', () => {
  const fails = () => {
    throw new Error('hostile')
  }
  const revoked = (): never => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy as never
  }

  it('costs only what cannot be read', () => {
    const actor = { type: 'user', id: 'u1', get email(): string { return fails() } } // prettier-ignore
    const event = { actor, resource: revoked(), onBehalfOf: revoked(), details: { a: 1 }, project: 'p' }
    expect(normalise(event)).toMatchObject({ actor_type: 'user', actor_id: 'u1', details: { a: 1 }, project: 'p' })
    const bad = Object.defineProperty({ action: 'a.b' }, 'ip', { get: fails, enumerable: true })
    expect(normaliseEvent(bad, defaults)).toMatchObject({ action: 'a.b' })
    expect(readEvent({ get action(): string { return fails() }, project: 'p' })).toEqual({ project: 'p' }) // prettier-ignore
    expect(readEvent(revoked())).toEqual({})
  })

  it('is refused by code when the action or the time cannot be read', () => {
    expect(() => normalise({ occurredAt: revoked() })).toThrow(expect.objectContaining({ code: 'ERR_EVENT_INVALID' }))
    expect(() => normaliseEvent(revoked(), defaults)).toThrow(expect.objectContaining({ code: 'ERR_EVENT_INVALID' }))
  })

  it('holds no number longer than an id', () => {
    expect(normalise({ source: 2n ** 20_000n, project: 2n ** 64n } as never)).toMatchObject({
      source: 'record',
      project: '18446744073709551616',
    })
  })
})
