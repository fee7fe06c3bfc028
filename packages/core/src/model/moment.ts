import { parseDuration } from './duration'
import { readInstant } from './instant'

/** A stretch of time as somebody wrote it, or a time counted back from now. */
export type Moment =
  | { readonly kind: 'instant'; readonly ms: number; readonly spanMs: number }
  | { readonly kind: 'ago'; readonly ms: number }

/** Reads a date or time of RFC 3339 (UTC if it has no zone) or a duration such as `7d`; `undefined` for anything else. */
export function readMoment(text: string): Moment | undefined {
  // A query string turns the plus sign of an unencoded zone into a space.
  const ms = readInstant(text.replace(/(?<=:\d{2}(?:\.\d+)?) (?=\d{2}:?\d{2}$)/, '+'))
  if (ms !== undefined) return { kind: 'instant', ms, spanMs: precisionMs(text) }
  try {
    return { kind: 'ago', ms: parseDuration(text) }
  } catch {
    return undefined
  }
}

/** Where a moment begins, in milliseconds since 1970. */
export function startOf(moment: Moment, nowMs: number): number {
  return moment.kind === 'ago' ? Math.max(0, nowMs - moment.ms) : moment.ms
}

/** Where it is over: a date takes in its whole day, a time what it names at its own precision. */
export function endOf(moment: Moment, nowMs: number): number {
  return moment.kind === 'ago' ? startOf(moment, nowMs) : moment.ms + moment.spanMs
}

/** How fine a time was written: to the day, minute, second or millisecond. */
function precisionMs(time: string): number {
  if (time.length === '2024-01-31'.length) return 86_400_000
  if (time.includes('.')) return 1
  return /\d:\d\d:\d/.test(time) ? 1_000 : 60_000
}
