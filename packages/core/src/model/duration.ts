import { ActrailError } from '../errors'

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}
const DURATION = /^(?:\d{1,9}(?:ms|[smhdw]))+$/
const PART = /(\d+)(ms|[smhdw])/g
const LIMIT_MS = 100 * 366 * 86_400_000

/**
 * Reads a duration such as `30s`, `1h`, `7d` or `1h30m` and answers milliseconds. Units: `ms`, `s`, `m`, `h`, `d` (24
 * hours), `w`. At most a hundred years.
 *
 * @throws ActrailError ERR_DURATION_INVALID
 */
export function parseDuration(text: string): number {
  let total = Number.NaN
  if (text.length <= 64 && DURATION.test(text)) {
    total = 0
    for (const [, count, unit] of text.matchAll(PART)) total += Number(count) * UNIT_MS[unit!]!
  }
  if (total <= LIMIT_MS) return total
  throw new ActrailError(
    'ERR_DURATION_INVALID',
    `${JSON.stringify(text.slice(0, 64))} is not a duration. Write a number and a unit, such as 30s, 15m, 1h or 7d.`,
  )
}
