/** A stretch of time between two quarters of an hour; its end does not belong to it. Milliseconds since 1970. */
export interface Period {
  readonly from: number
  readonly to: number
}

/** The grain of the rollups. Every time zone is ahead of UTC by a multiple of it. */
export const QUARTER_MS = 15 * 60_000

/** The day of rollups, which is that of UTC. */
export const DAY_MS = 86_400_000

/** The week of rollups, which begins on Monday; the first Monday is the fifth of January 1970. */
const WEEK_MS = 7 * DAY_MS
const FIRST_MONDAY_MS = 4 * DAY_MS

/** The whole weeks of a stretch; undefined when it has none. */
export function weeksOf({ from, to }: Period): Period | undefined {
  const first = Math.ceil((from - FIRST_MONDAY_MS) / WEEK_MS) * WEEK_MS + FIRST_MONDAY_MS
  const end = Math.floor((to - FIRST_MONDAY_MS) / WEEK_MS) * WEEK_MS + FIRST_MONDAY_MS
  return first < end ? { from: first, to: end } : undefined
}

/** The stretch rounded outwards to whole parts of `grainMs`: never empty, and nothing that was asked for is left out. */
export function roundedPeriod({ from, to }: Period, grainMs: number): Period {
  const begin = Math.floor(from / grainMs) * grainMs
  return { from: begin, to: Math.max(Math.ceil(to / grainMs) * grainMs, begin + grainMs) }
}
