const INSTANT = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|z|[+-]\d\d:?\d\d)?)?$/
const EARLIEST_MS = Date.UTC(1900, 0, 1)
const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/**
 * Reads an RFC 3339 time or a date as milliseconds since 1970. Without a zone it is UTC, never the machine's zone.
 * `undefined` for anything else, for days that do not exist, and outside the years 1900–9999.
 */
export function readInstant(text: string): number | undefined {
  const parts = text.length <= 40 ? INSTANT.exec(text) : null
  if (parts === null || !dayExists(parts[1]!)) return undefined
  const [, date, clock = '00:00', second = '00', fraction = '', zone = 'Z'] = parts
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase()
  const ms = Date.parse(`${date}T${clock}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}${offset}`)
  return isStorableTime(ms) ? ms : undefined
}

/** Whether a number is a time that every part of the system can keep: whole milliseconds, years 1900–9999. */
export function isStorableTime(ms: number): boolean {
  return Number.isInteger(ms) && ms >= EARLIEST_MS && ms <= LATEST_MS
}

/** RFC 3339 in UTC with `Z`; milliseconds only where there are any. */
export function showInstant(ms: number): string {
  return `${showInstantWithoutZone(ms)}Z`
}

/** The same without the zone, as the S3 view shows it. */
export function showInstantWithoutZone(ms: number): string {
  const text = new Date(ms).toISOString()
  return text.endsWith('.000Z') ? text.slice(0, -5) : text.slice(0, -1)
}

// `Date.parse` takes 2024-02-30 for the first of March, and what is no month at all for no date.
function dayExists(date: string): boolean {
  const midnight = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(date)
}
