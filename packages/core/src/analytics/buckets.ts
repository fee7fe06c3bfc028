import type { Period } from '../model/period'
import type { OffsetSpan } from '../model/time-zone'

/** What a timeline is cut into: hours or days of a zone's clocks. */
export type Interval = 'hour' | 'day'

const UNIT_MS = { hour: 3_600_000, day: 86_400_000 } as const

/** About how many buckets a stretch is cut into. */
export function bucketCount({ from, to }: Period, interval: Interval): number {
  return Math.ceil((to - from) / UNIT_MS[interval])
}

/**
 * Where the buckets of a stretch begin, in milliseconds since 1970; the first one at its beginning, cut or not. Hours are
 * whole hours of the zone's clocks, and one that comes twice is two buckets. A day ends where the date changes, so it has
 * 23 or 25 hours when clocks are set. `spans` are the zone's offsets, from the beginning of the stretch on.
 */
export function bucketStarts(period: Period, interval: Interval, spans: readonly OffsetSpan[]): number[] {
  const unit = UNIT_MS[interval]
  const starts = [period.from]
  const add = (at: number): void => {
    if (at > (starts.at(-1) ?? at) && at < period.to) starts.push(at)
  }
  let unitBefore: number | undefined
  for (const [n, { from, offsetMs }] of spans.entries()) {
    const end = spans[n + 1]?.from ?? period.to
    const current = Math.floor((from + offsetMs) / unit)
    // Where clocks are set, an hour begins; a day only if the date is another one.
    if (interval === 'hour' || (unitBefore !== undefined && current > unitBefore)) add(from)
    for (let next = current + 1; next * unit - offsetMs < end; next++) {
      if (interval === 'hour' || unitBefore === undefined || next > unitBefore) add(next * unit - offsetMs)
    }
    unitBefore = Math.max(unitBefore ?? -Infinity, Math.floor((end - 1 + offsetMs) / unit))
  }
  return starts
}
