/** Which batches of the inbox a session looks at. */
export interface InboxWindow {
  /** The lowest number of those. */
  readonly from: number
  /** Asks how many events wait from that number on; where none does, from the beginning on. */
  look(waiting: (from: number) => Promise<number>): Promise<number>
  /** A step has taken batches up to this one. */
  took(lastBatch: number | null): void
  /** The next look begins at the beginning. */
  reset(): void
}

/** So many steps may pass before a batch is found whose transaction took its number early and ended late. */
const STEPS_BEHIND = 8

/**
 * Batches that were taken stay in the way of every look for as long as anybody holds a snapshot, as a dump does: most
 * looks begin behind them.
 */
export function createInboxWindow(): InboxWindow {
  let from = 0
  let steps = 0
  const reset = (): void => void ([from, steps] = [0, 0])

  return {
    get from() {
      return from
    },
    reset,
    async look(waiting) {
      const found = await waiting(from)
      if (found > 0 || from === 0) return found
      reset()
      return waiting(from)
    },
    took(lastBatch) {
      steps++
      if (steps === STEPS_BEHIND) reset()
      else if (lastBatch !== null) from = lastBatch + 1
    },
  }
}
