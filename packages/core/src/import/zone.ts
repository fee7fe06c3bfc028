/** Minutes of local time ahead of UTC at a moment, in ms since 1970. */
type OffsetMs = (utcMs: number) => number

const FIXED = /^([+-])(\d\d)(?::?(\d\d))?$/
const PIECE_MS = 900_000
const MOST_PIECES = 10_000

/**
 * How a zone's local time becomes UTC: takes what a clock there shows, as if it were UTC, and answers ms since 1970. Of
 * an hour that a clock shows twice the first one is meant; in an hour that it leaves out it goes on as before.
 *
 * @param zone an IANA name such as `Europe/Berlin`, `UTC`, or an offset such as `+02:00`
 * @returns undefined when there is no such zone
 */
export function createZone(zone: string): ((localMs: number) => number) | undefined {
  const fixed = fixedOffset(zone)
  if (fixed !== undefined) return (localMs) => localMs - fixed
  const offset = namedOffset(zone)
  if (offset === undefined) return undefined
  return (localMs) => {
    // A day apart lie the offsets before and after any change of the clock.
    const [before, after] = [offset(localMs - 86_400_000), offset(localMs + 86_400_000)]
    const early = localMs - before
    return before === after || offset(early) === before || offset(localMs - after) !== after ? early : localMs - after
  }
}

/** The offset that a text such as `+02:00`, `+02` or `Z` names, in ms. */
export function fixedOffset(text: string): number | undefined {
  if (/^(?:z|utc)$/i.test(text)) return 0
  const found = FIXED.exec(text)
  if (found === null) return undefined
  const ms = (Number(found[2]) * 60 + Number(found[3] ?? 0)) * 60_000
  return found[1] === '-' ? -ms : ms
}

function namedOffset(zone: string): OffsetMs | undefined {
  const clock = clockOf(zone)
  if (clock === undefined) return undefined
  const known = new Map<number, number>()
  // Clocks change at quarters of an hour; asking Intl takes longer than all else that is done to a row.
  return (utcMs) => {
    const piece = Math.floor(utcMs / PIECE_MS)
    let offset = known.get(piece)
    if (offset === undefined) {
      offset = shownBy(clock, piece * PIECE_MS) - piece * PIECE_MS
      if (known.size >= MOST_PIECES) known.clear()
      known.set(piece, offset)
    }
    return offset
  }
}

function clockOf(zone: string): Intl.DateTimeFormat | undefined {
  const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric' } as const
  try {
    return new Intl.DateTimeFormat('en-u-ca-iso8601', {
      ...numeric,
      minute: 'numeric',
      second: 'numeric',
      hourCycle: 'h23',
      timeZone: zone,
    })
  } catch {
    return undefined
  }
}

function shownBy(clock: Intl.DateTimeFormat, utcMs: number): number {
  const shown = new Map(clock.formatToParts(utcMs).map(({ type, value }) => [type, Number(value)]))
  const at = (name: Intl.DateTimeFormatPartTypes): number => shown.get(name) ?? 0
  return Date.UTC(at('year'), at('month') - 1, at('day'), at('hour'), at('minute'), at('second'))
}
