/** From when on a zone's clocks have been ahead of UTC by how much. */
export interface OffsetSpan {
  /** Milliseconds since 1970. */
  readonly from: number
  /** Milliseconds; negative west of Greenwich. */
  readonly offsetMs: number
}

const DAY_MS = 86_400_000

/** Whether a name is one of the IANA time zone database, such as `Europe/Berlin`, whatever its case. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}

/**
 * How far the clocks of a zone are ahead between two times, the first span beginning at `from`. Looks at each day, so two
 * shifts within one day are not seen. Throws a RangeError for a name that is not a time zone.
 */
export function offsetSpans(zone: string, from: number, to: number): OffsetSpan[] {
  const offsetAt = offsetReader(zone)
  const spans: [OffsetSpan, ...OffsetSpan[]] = [{ from, offsetMs: offsetAt(from) }]
  for (let at = from, { offsetMs } = spans[0]; at < to; at += DAY_MS) {
    const end = Math.min(at + DAY_MS, to)
    const after = offsetAt(end)
    if (after === offsetMs) continue
    spans.push({ from: shiftBetween(offsetAt, at, end), offsetMs: after })
    offsetMs = after
  }
  return spans
}

/** To the second, by halving. */
function shiftBetween(offsetAt: (ms: number) => number, before: number, after: number): number {
  const old = offsetAt(before)
  let [low, high] = [Math.floor(before / 1_000), Math.ceil(after / 1_000)]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(middle * 1_000) === old) low = middle
    else high = middle
  }
  return high * 1_000
}

function offsetReader(timeZone: string): (ms: number) => number {
  const numbers = { year: 'numeric', month: 'numeric', day: 'numeric' } as const
  const clock = { hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' } as const
  const format = new Intl.DateTimeFormat('en-US', { timeZone, calendar: 'gregory', ...numbers, ...clock })
  return (ms) => {
    const second = Math.floor(ms / 1_000) * 1_000
    const part: Record<string, number> = {}
    for (const { type, value } of format.formatToParts(second)) part[type] = Number(value)
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = part
    return Date.UTC(year, month - 1, day, hour, minute, part.second ?? 0) - second
  }
}
