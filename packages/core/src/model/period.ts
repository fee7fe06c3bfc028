/** A stretch of time between two quarters of an hour; its end does not belong to it. Milliseconds since 1970. */
export interface Period {
  readonly from: number
  readonly to: number
}

/** The grain of the rollups. Every time zone is ahead of UTC by a multiple of it. */
export const QUARTER_MS = 15 * 60_000

/** The day of rollups, which is that of UTC. */
export const DAY_MS = 86_400_000

/** The stretch rounded outwards to whole parts of `grainMs`: never empty, and nothing that was asked for is left out. */
export function roundedPeriod({ from, to }: Period, grainMs: number): Period {
  const begin = Math.floor(from / grainMs) * grainMs
  return { from: begin, to: Math.max(Math.ceil(to / grainMs) * grainMs, begin + grainMs) }
}
