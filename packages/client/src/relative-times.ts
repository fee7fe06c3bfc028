import type { QueryValues } from './address.js'

const RELATIVE = /^(\d{1,9}(ms|[smhdw]))+$/
const COUNTED_BACK = ['from', 'to', 'since']
const LONGEST_MS = 999_999_999

/**
 * The same question some milliseconds later: the server counts `since=1h` back from each request's own now, so that a
 * later page of one list, or the rest of a file, would lack what had gone out of the hour meanwhile.
 */
export function askedLater<Query extends QueryValues>(query: Query, elapsedMs: number): Query {
  const ms = Math.min(LONGEST_MS, Math.max(0, Math.round(elapsedMs)))
  if (ms === 0) return query
  const later = Object.entries(query).map(([name, value]: [string, unknown]) =>
    COUNTED_BACK.includes(name) && typeof value === 'string' && RELATIVE.test(value)
      ? [name, `${value}${ms}ms`]
      : [name, value],
  )
  return Object.fromEntries(later) as Query
}
