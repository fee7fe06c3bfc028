/** The time that one list may take. */
export interface Budget {
  /** Milliseconds that are left; negative when it took longer. */
  leftMs(): number
  nowMs(): number
}

/** Starts now. @param clock a monotonic time in milliseconds */
export function startBudget(clock: () => number, limitMs: number): Budget {
  const end = clock() + limitMs
  return { leftMs: () => end - clock(), nowMs: clock }
}

/** How much the next statement of a walk may read. */
export interface Pace {
  /** Places of the log to look at, when each of them has to be looked at. */
  readonly places: number
  /** Shards to name. */
  readonly shards: number
  /** Learns from a statement that looked at so many places; 0 if an index told it where to look. */
  took(ms: number, places: number): void
}

const FIRST_PLACES = 2_000
const MOST_SHARDS = 16
/** A statement should take about this long: long enough to be worth its round trip, short enough to stop after it. */
const STEADY_MS = 60

/**
 * Begins small, so that the usual page costs one short statement, and grows while statements are quick: a filter that
 * matches nothing is answered by few statements, none of which can outlive the budget by much.
 */
export function createPace(budget: Budget): Pace {
  let places = FIRST_PLACES
  let shards = 1
  return {
    get places() {
      return places
    },
    get shards() {
      return shards
    },
    took(ms, looked) {
      shards = Math.min(shards * 2, MOST_SHARDS)
      if (looked === 0) return
      const perMs = looked / Math.max(ms, 0.1)
      const wanted = Math.min(perMs * STEADY_MS, places * 8)
      // What lies further down may not be in memory: a third of the time that is left, at the speed of what was.
      const affordable = (perMs * Math.max(budget.leftMs(), 0)) / 3
      places = Math.max(Math.floor(Math.min(wanted, affordable)), 500)
    },
  }
}
