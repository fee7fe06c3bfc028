import fc from 'fast-check'
import type { EventFilter } from '../../packages/core/src/filter/filter'
import { isFault, parseFilter } from '../../packages/core/src/filter/filter-text'
import { RESULTS } from '../../packages/core/src/model/event'
import { BEGIN_MS, eventFilters } from './generated-events'

/** What durations in {@link writtenFilters} count back from: the middle of the generated events. */
export const FILTER_NOW_MS = BEGIN_MS + 2.5 * 3_600_000

/** One condition: what it asks for, and whether it asks for the opposite. */
export interface GeneratedCondition {
  /** The condition itself, with `=` or a comparison. */
  readonly text: string
  readonly isNot: boolean
}

const ids = ['a', 'b', 'A', 'ü', '50%', 'x_y', 'back\\slash', "o'neil", 'İstanbul', '😀', 'and', 'a b', '(', 'zzz']
const types = ['issue', 'Issue', 'env', 'pro_ject', 'user', 'agent', 'none']

const VALUES: Readonly<Record<string, readonly string[]>> = {
  action: ['issue.created', 'create', 'LOGIN_FAILED', 'issue.*', '*.create', '*', '*%*', 'x_*', 'none.*', 'Ü*'],
  actor: ['user', 'agent', 'user:a', 'agent:b', 'user:ü', 'robot'],
  'actor.type': types,
  'actor.id': ids,
  'actor.email': ['a@example.com', 'A@Example.com', 'ü@example.com'],
  'actor.ip_address': ['10.0.0.1', '2001:DB8:0::1', '::1', '::ffff:10.0.0.1'],
  user: [...ids, 'a@example.com'],
  resource: ids,
  'resource.type': types,
  'resource.id': ids,
  env: ids,
  project: ids,
  issue_id: ids,
  result: RESULTS,
}
const times = ['1h', '90m', '30s', '2024-03-01', '2024-02-29', '2024-03-01T01:30', '2024-03-01T02:00:00.500Z']

const quotes = fc.constantFrom(
  (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`,
  (text: string) => `'${text.replace(/['\\]/g, '\\$&')}'`,
  (text: string) => (/^[^\s"'()=!<>,]+$/.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`),
)

const named = fc
  .constantFrom(...Object.keys(VALUES))
  .chain((name) => fc.tuple(fc.constant(name), fc.constantFrom(...(VALUES[name] ?? [])), quotes, fc.boolean()))
  .map(([name, value, quote, isNot]) => ({ text: `${name}=${quote(value)}`, isNot }))
const timed = fc
  .tuple(fc.constantFrom('=', '<', '<=', '>', '>='), fc.constantFrom(...times), fc.boolean())
  .map(([operator, time, isNot]) => ({ text: `timestamp${operator}${time}`, isNot: isNot && operator === '=' }))

/** Conditions that `parseFilter` reads, over the generated events. */
export const conditions: fc.Arbitrary<GeneratedCondition> = fc.oneof({ weight: 5, arbitrary: named }, timed)

/** Conditions as one filter, as people write it. */
export function joined(parts: readonly GeneratedCondition[]): string {
  return parts.map(({ text, isNot }) => (isNot ? text.replace('=', '!=') : text)).join(' and ')
}

const writtenFilters = fc.array(conditions, { minLength: 1, maxLength: 4 }).map((parts): EventFilter => {
  const filter = parseFilter(joined(parts), FILTER_NOW_MS)
  if (isFault(filter)) throw new Error(`${joined(parts)}: ${filter.expected}`)
  return filter
})

const nestedFilters = fc
  .tuple(eventFilters, fc.array(eventFilters, { maxLength: 2 }), fc.array(eventFilters, { maxLength: 2 }))
  .map(([filter, also, not]): EventFilter => ({ ...filter, also, not }))

/** Filters of every form: of plain members, with others within them, and read from text. */
export const allFilters: fc.Arbitrary<EventFilter> = fc.oneof(eventFilters, nestedFilters, writtenFilters)
