import type { EventRow } from '../model/event'
import { type EventFilter, filterTerms, foldAscii } from './filter'
import { matches, predicateOf } from './predicate'

const row: EventRow = {
  v: 1,
  id: '018d0c3e-5a80-7abc-8def-0123456789ab',
  occurred_at: 1_000,
  workspace_id: 'acme',
  actor_type: 'service-account',
  actor_id: 'ci-pipeline',
  actor_email: 'ci@company.com',
  actor_name: 'CI Pipeline',
  action: 'env.create',
  verb: 'CREATE',
  resource_type: 'environment',
  resource_id: 'env_def456',
  resource_name: 'My-Feature-Env',
  issue_id: 'issue-1',
  project: 'frontend',
  result: 'denied',
  ip: '2001:db8::1',
  source: 'cli',
}
const bare: EventRow = {
  v: 1,
  id: row.id,
  occurred_at: 1_000,
  workspace_id: 'acme',
  action: 'login',
  verb: 'LOGIN',
  result: 'success',
  source: 'http',
}

describe('a filter', () => {
  it.each<[EventFilter, boolean]>([
    [{}, true],
    [{ actions: ['create'] }, true],
    [{ actions: ['CREATE'] }, true],
    [{ actions: ['created'] }, true],
    [{ actions: ['env.*'] }, true],
    [{ actions: ['*.create'] }, true],
    [{ actions: ['env.create'] }, true],
    [{ actions: ['member.invite', 'delete', 'env.c*'] }, true],
    [{ actions: ['ENV.*'] }, false],
    [{ actions: ['env'] }, false],
    [{ actions: [] }, false],
    [{ actorType: 'service-account', actorId: 'ci-pipeline' }, true],
    [{ actorType: 'system' }, false],
    [{ actorEmail: 'CI@Company.com' }, true],
    [{ actorEmail: 'company.com' }, false],
    [{ resourceTypes: ['ENVIRONMENT'] }, true],
    [{ resourceTypes: ['project', 'environment'] }, true],
    [{ resourceTypes: [] }, false],
    [{ resourceId: 'env_def456' }, true],
    [{ resourceId: 'My-Feature-Env' }, false],
    [{ resource: 'My-Feature-Env' }, true],
    [{ resource: 'env_def456' }, true],
    [{ issue: 'issue-1', project: 'frontend' }, true],
    [{ issue: 'issue-1', project: 'backend' }, false],
    [{ results: ['failure', 'denied'] }, true],
    [{ status: 'FAILED' }, true],
    [{ status: 'SUCCESS' }, false],
    [{ status: 'FAILED', results: ['success'] }, false],
    [{ ip: '2001:0DB8:0::1' }, true],
    [{ ip: 'nowhere' }, false],
    [{ search: 'feature' }, true],
    [{ search: 'PIPELINE' }, true],
    [{ search: 'env_d' }, true],
    [{ search: 'frontend' }, false],
    [{ search: '' }, true],
    [{ from: 1_000, to: 1_001 }, true],
    [{ to: 1_000 }, false],
    [{ from: 1_001 }, false],
  ])('%j against a full event: %s', (filter, expected) => {
    expect(matches(filter, row)).toBe(expected)
    expect(predicateOf(filter)(row)).toBe(expected)
  })

  it('never finds a column that an event does not have', () => {
    const asked: EventFilter[] = [
      { actorType: '' },
      { actorId: 'undefined' },
      { actorEmail: '' },
      { resourceTypes: [''] },
      { resource: 'undefined' },
      { ip: '::1' },
      { issue: '' },
    ]
    expect(asked.filter((filter) => matches(filter, bare))).toEqual([])
  })

  it('finds an action without dots by its name as well as by its verb', () => {
    expect(matches({ actions: ['login'] }, bare)).toBe(true)
    expect(matches({ actions: ['login'] }, { ...bare, verb: 'LOGIN_FAILED' })).toBe(true)
    expect(matches({ actions: ['LOGIN'] }, { ...bare, verb: 'LOGIN_FAILED' })).toBe(false)
  })

  it('asks for nothing in terms where it asked for nothing', () => {
    expect(filterTerms({})).toEqual({})
    expect(filterTerms({ search: 'ÄRGER' })).toEqual({ search: 'Ärger' })
    expect(foldAscii('İSTANBUL')).toBe('İstanbul')
  })
})
