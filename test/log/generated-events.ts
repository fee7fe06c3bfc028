import fc from 'fast-check'
import type { EventFilter } from '../../packages/core/src/filter/filter'
import { verbOf } from '../../packages/core/src/model/action'
import { type EventRow, RESULTS } from '../../packages/core/src/model/event'

/** 2024-03-01T00:00:00Z; generated events happen within five hours of it. */
export const BEGIN_MS = Date.UTC(2024, 2, 1)

// Few values each, so that filters meet events; with the characters that `like`, regular expressions and case tables trip over.
const ids = ['a', 'b', 'A', 'ü', '50%', 'x_y', 'back\\slash', "o'neil", 'İstanbul', '😀']
const emails = ['a@example.com', 'A@Example.com', 'ü@example.com', 'b%@example.com']
const types = ['issue', 'Issue', 'ISSUE', 'env', 'pro_ject']
const actions = [
  'issue.created',
  'issue.deleted',
  'env.create',
  'auth.login',
  'create',
  'a.b.c',
  '100%.done',
  'x_y.z',
  'Ünï.code',
]
const addresses = ['10.0.0.1', '10.0.0.2', '2001:db8::1', '::1']
const times = fc.integer({ min: 0, max: 5 * 3_600_000 }).map((ms) => BEGIN_MS + ms)

const from = (values: readonly string[]) => fc.constantFrom(...values)
const maybe = (values: readonly string[]) => fc.option(from(values), { nil: undefined })

/** Events in normal form, all of one workspace, without ids. */
export const eventRows: fc.Arbitrary<Omit<EventRow, 'id'>> = fc
  .record({
    occurred_at: times,
    actor_type: maybe(['user', 'agent']),
    actor_id: maybe(ids),
    actor_email: maybe(emails),
    actor_name: maybe(['Ann', 'ANN', 'Åsa']),
    action: from(actions),
    resource_type: maybe(types),
    resource_id: maybe(ids),
    resource_name: maybe(ids),
    issue_id: maybe(ids),
    project: maybe(ids),
    result: fc.oneof({ weight: 4, arbitrary: fc.constant('success' as const) }, fc.constantFrom(...RESULTS)),
    ip: maybe(addresses),
    given_verb: maybe(['CREATE', 'ODD']),
  })
  .map(({ given_verb, ...row }) => {
    const verb = given_verb ?? verbOf(row.action, row.result)
    const present = Object.entries({ ...row, verb }).filter(([, value]) => value !== undefined)
    return { v: 1, workspace_id: 'w', source: 'record', ...Object.fromEntries(present) } as Omit<EventRow, 'id'>
  })

const patterns = fc.oneof(
  from(actions),
  from(['create', 'CREATE', 'login', 'LOGIN_FAILED', 'odd', 'a', 'nothing']),
  from(['*', '**', 'issue.*', '*.create', '*.*', '*%*', 'x_*', '*_*', '*\\*', 'a*c', '*.c*d', 'none.*', 'Ü*']),
)
const strange = fc.constantFrom('', '\0', '\ud800', 'a\0', 'zzz', '%', '_', '\\')
const text = (values: readonly string[]) => fc.oneof({ weight: 8, arbitrary: from(values) }, strange)
const bounds = fc.oneof(
  { weight: 8, arbitrary: times },
  times.map((ms) => ms + 0.5),
  times.map((ms) => ms - (ms % 900_000)),
  fc.constantFrom(NaN, Infinity, -Infinity, -1, 0, 8.64e15, 1e300),
)

const parts = {
  actions: fc.array(patterns, { maxLength: 3 }),
  actorType: text(['user', 'agent']),
  actorId: text(ids),
  actorEmail: text(emails),
  resourceTypes: fc.array(text(types), { maxLength: 2 }),
  resourceId: text(ids),
  resource: text(ids),
  issue: text(ids),
  project: text(ids),
  results: fc.array(fc.constantFrom(...RESULTS), { maxLength: 3 }),
  status: fc.constantFrom('SUCCESS' as const, 'FAILED' as const),
  ip: text([...addresses, '::ffff:10.0.0.1', '2001:DB8:0::1', '10.0.0', '10.0.0.1/32']),
  search: text(['A', 'a', 'ANN', 'ü', 'Ü', 'example', '50%', 'İ', 'i', 'k\\s', '😀', 'issue.c']),
  from: bounds,
  to: bounds,
}

/** Filters of one to three terms. */
export const eventFilters: fc.Arbitrary<EventFilter> = fc
  .subarray(Object.keys(parts) as (keyof typeof parts)[], { minLength: 1, maxLength: 3 })
  .chain(
    (names) =>
      fc.record(
        Object.fromEntries(names.map((name) => [name, parts[name]])),
      ) as fc.Arbitrary<unknown> as fc.Arbitrary<EventFilter>,
  )
