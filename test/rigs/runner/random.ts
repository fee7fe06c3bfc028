/** A seeded source of randomness: the same seed gives the same run. Not for secrets. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number
  /** One of `items`, which must not be empty. */
  pick<T>(items: readonly T[]): T
  /** A copy of `items` in random order. */
  shuffle<T>(items: readonly T[]): T[]
}

/**
 * Mulberry32, a 32-bit generator in the public domain, good enough to spread moments and choices.
 *
 * @param seed any whole number; its low 32 bits count
 */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1))
  const pick = <T>(items: readonly T[]): T => items[between(0, items.length - 1)] as T
  const shuffle = <T>(items: readonly T[]): T[] => {
    const copy = [...items]
    for (let last = copy.length - 1; last > 0; last--) {
      const other = between(0, last)
      ;[copy[last], copy[other]] = [copy[other] as T, copy[last] as T]
    }
    return copy
  }
  return { next, between, pick, shuffle }
}
