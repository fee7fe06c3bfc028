import fc from 'fast-check'
import { eventRows } from '../../../../test/log/generated-events'
import { conditions, FILTER_NOW_MS, joined } from '../../../../test/log/generated-filters'
import type { EventRow } from '../model/event'
import { bothOf, type EventFilter } from './filter'
import { type FilterFault, isFault, parseFilter } from './filter-text'
import { matches } from './predicate'

const NOW_MS = Date.UTC(2024, 0, 31, 12)

function read(text: string): EventFilter {
  const filter = parseFilter(text, NOW_MS)
  if (isFault(filter)) throw new Error(JSON.stringify(filter))
  return filter
}

describe('a filter as people write it', () => {
  it.each<[string, EventFilter]>([
    ['action=env.create', { actions: ['env.create'] }],
    ['actor.type=agent and result=failure', { actorType: 'agent', results: ['failure'] }],
    [' actor.type = agent  AND\tresult = failure ', { actorType: 'agent', results: ['failure'] }],
    ['action=env.* and action=*.create', { actions: ['env.*'], also: [{ actions: ['*.create'] }] }],
    ['actor=service-account:ci-pipeline', { actorType: 'service-account', actorId: 'ci-pipeline' }],
    ['actor=system', { actorType: 'system' }],
    ['user=john@acme.example', { actorEmail: 'john@acme.example' }],
    ['user=usr_1', { actorId: 'usr_1' }],
    ['actor.ip_address=::ffff:10.0.0.1', { ip: '10.0.0.1' }],
    ['env=my-feature-env', { resourceTypes: ['environment', 'env'], resource: 'my-feature-env' }],
    ['resource.type=project and resource.id=7', { resourceTypes: ['project'], resourceId: '7' }],
    ['issue_id=a and project=p and resource=r', { issue: 'a', project: 'p', resource: 'r' }],
    ['result!=success', { not: [{ results: ['success'] }] }],
    ['actor!=user:1', { not: [{ actorType: 'user', actorId: '1' }] }],
    ['resource="a b (c), \\"d\\" \\\\"', { resource: 'a b (c), "d" \\' }],
    ['resource=\'say "and"\' and project=and', { resource: 'say "and"', project: 'and' }],
    ['timestamp>=2024-01-01', { from: Date.UTC(2024, 0, 1) }],
    ['timestamp>2024-01-01', { from: Date.UTC(2024, 0, 2) }],
    ['timestamp<2024-01-01', { to: Date.UTC(2024, 0, 1) }],
    ['timestamp<=2024-01-01', { to: Date.UTC(2024, 0, 2) }],
    ['timestamp=2024-01-01', { from: Date.UTC(2024, 0, 1), to: Date.UTC(2024, 0, 2) }],
    ['timestamp!=2024-01-01', { not: [{ from: Date.UTC(2024, 0, 1), to: Date.UTC(2024, 0, 2) }] }],
    ['timestamp>=7d', { from: NOW_MS - 7 * 86_400_000 }],
    ['timestamp>=7d and timestamp>=1d and timestamp<1h', { from: NOW_MS - 86_400_000, to: NOW_MS - 3_600_000 }],
  ])('%s', (text, filter) => {
    expect(read(text)).toEqual(filter)
  })

  it.each<[string, number, string, RegExp]>([
    ['', 1, '', /^a field \(action, /],
    ['   ', 4, '', /^a field/],
    ['actor.typ=agent', 1, 'actor.typ', /"actor.type"/],
    ['colour=red', 1, 'colour', /^a field \(action, /],
    ['constructor=1', 1, 'constructor', /^a field/],
    ['action', 7, '', /^one of = != after "action"/],
    ['action env.*', 8, 'env.*', /^one of = !=/],
    ['action>env', 7, '>', /^one of = !=/],
    ['action=', 8, '', /^an action/],
    ['action==x', 8, '=', /^an action/],
    ['action=""', 8, '""', /^an action/],
    ['action="env.*', 8, '"', /^a closing quote/],
    ['action=a action=b', 10, 'action', /^"and" or the end/],
    ['actor.type=agent or result=failure', 18, 'or', /^"and" or the end/],
    ['not action=a', 1, 'not', /^a field/],
    ['(action=a)', 1, '(', /^a field/],
    ['action=a,b', 9, ',', /^"and" or the end/],
    ['action=a and', 13, '', /^a field/],
    ['action=a and and', 14, 'and', /^a field/],
    ['result=ok', 8, 'ok', /^one of success, failure/],
    ['actor=user:', 7, 'user:', /^a type, or a type and an id/],
    ['actor.ip_address=localhost', 18, 'localhost', /^an IP address/],
    ['timestamp>yesterday', 11, 'yesterday', /^a time such as 2024-01-31/],
    ['timestamp>2024-02-30', 11, '2024-02-30', /^a time/],
    [Array(21).fill('action=a').join(' and '), 20 * 13 - 3, 'and', /^the end after 20/],
  ])('says of %p what stands where, and what should', (text, at, found, expected) => {
    const fault: FilterFault = { kind: 'fault', at, found, expected: expect.stringMatching(expected) as string }
    expect(parseFilter(text, NOW_MS)).toEqual(fault)
  })

  it('finds what meets every one of its conditions', () => {
    let met = 0
    fc.assert(
      fc.property(fc.array(conditions, { minLength: 1, maxLength: 4 }), eventRows, (parts, row) => {
        const event = { ...row, id: 'x' } as EventRow
        const isMet = (text: string): boolean => {
          const filter = parseFilter(text, FILTER_NOW_MS)
          return !isFault(filter) && matches(filter, event)
        }
        const expected = parts.every(({ text, isNot }) => isMet(text) !== isNot)
        met += Number(expected)
        expect(isMet(joined(parts))).toBe(expected)
      }),
      { numRuns: 5_000 },
    )
    expect(met).toBeGreaterThan(250) // else the law was hardly tried
  })

  it('takes any text, and names a place in it', () => {
    const odd = fc.constantFrom(
      'action',
      '=',
      '!=',
      '"',
      "'",
      '\\',
      ' ',
      'and',
      'timestamp',
      '<',
      '7d',
      '(',
      '\0',
      '😀',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(odd).map((parts) => parts.join('')),
          fc.string({ unit: 'binary' }),
        ),
        (text) => {
          const filter = parseFilter(text, NOW_MS)
          if (!isFault(filter)) return
          expect(text.slice(filter.at - 1, filter.at - 1 + filter.found.length)).toBe(filter.found)
          expect(filter.expected).not.toBe('')
        },
      ),
      { numRuns: 5_000 },
    )
  })
})

describe('bothOf', () => {
  it('keeps in place what only one of the two asks for, and narrows times', () => {
    const both = bothOf({ actorId: 'a', from: 5, to: 9, not: [{ project: 'x' }] }, { project: 'p', from: 3, to: 7 })
    expect(both).toEqual({ actorId: 'a', project: 'p', from: 5, to: 7, not: [{ project: 'x' }] })
  })

  it('asks for both where both ask for the same', () => {
    expect(bothOf({ actorId: 'a', also: [{ ip: '::1' }] }, { actorId: 'b', project: 'p' })).toEqual({
      actorId: 'a',
      project: 'p',
      also: [{ ip: '::1' }, { actorId: 'b' }],
    })
  })
})
