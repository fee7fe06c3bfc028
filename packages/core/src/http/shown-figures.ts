import { showInstant } from '../model/instant'
import type { Period } from '../model/period'
import { type OffsetSpan, offsetSpans } from '../model/time-zone'
import { bucketStarts, type Interval } from '../analytics/buckets'
import type { Bucket } from '../store/read/time-figures'

function showSeen(ms: number | null): string | null {
  return ms === null ? null : showInstant(ms)
}

/** When somebody was seen, as answers say it. */
export function shownSeen(seen: {
  readonly first_at: number | null
  readonly last_at: number | null
  readonly last_login_at: number | null
}) {
  const { first_at, last_at, last_login_at } = seen
  return { first_seen: showSeen(first_at), last_seen: showSeen(last_at), last_login: showSeen(last_login_at) }
}

/** How a stretch is cut, and what the clocks show. */
export interface Cut {
  readonly starts: readonly number[]
  /** The buckets as an answer shows them, empty ones too. */
  show(filled: readonly Bucket[]): readonly Readonly<Record<string, string | number>>[]
}

/** Cuts a stretch into hours or days of a zone. */
export function cutInto(interval: Interval, zone: string, period: Period): Cut {
  const spans = offsetSpans(zone, period.from, period.to)
  const starts = bucketStarts(period, interval, spans)
  const local = (ms: number): string => showLocally(ms, offsetAt(spans, ms))
  return {
    starts,
    show: (filled) => {
      const byBucket = new Map(filled.map(([bucket, ...counts]) => [bucket, counts]))
      return starts.map((start, n) => {
        const [total = 0, failed = 0, changes = 0, logins = 0] = byBucket.get(n) ?? []
        return { start: local(start), end: local(starts[n + 1] ?? period.to), total, failed, changes, logins }
      })
    },
  }
}

function offsetAt(spans: readonly OffsetSpan[], ms: number): number {
  return spans.findLast(({ from }) => from <= ms)?.offsetMs ?? 0
}

/** RFC 3339 with the offset, which is written in whole minutes. */
function showLocally(ms: number, offsetMs: number): string {
  const minutes = Math.trunc(offsetMs / 60_000)
  if (minutes === 0) return showInstant(ms)
  const two = (value: number): string => String(value).padStart(2, '0')
  const away = Math.abs(minutes)
  const local = showInstant(ms + minutes * 60_000).slice(0, -1)
  return `${local}${minutes < 0 ? '-' : '+'}${two(Math.floor(away / 60))}:${two(away % 60)}`
}
