/**
 * Keeps offset pages of one reader in step. New events arrive at the top of every list, and reading the log is itself an
 * event: without a fixed start, `offset += limit` would meet the last entry of a page again on the next one. So the
 * first page of a list notes where it began, and later pages of the same reader and filter count from there.
 *
 * Memory of this process only: on another node, or after {@link PinOptions.idleMs} without a page, offsets count from the
 * newest event again. `Link: rel="next"` does not need it.
 */
export interface Pins {
  /** Remembers that the first page of `key` begins below `cursor`. */
  set(key: string, cursor: string): void
  get(key: string): string | undefined
}

/** Bounds of the memory. */
export interface PinOptions {
  readonly now: () => number
  /** Lists remembered at most; the oldest goes first. */
  readonly capacity: number
  /** A list is forgotten when no page of it was asked for so long, in milliseconds. Default: 60,000. */
  readonly idleMs?: number
  /** A list is forgotten so long after its first page, in milliseconds, or polling would freeze it. Default: 900,000. */
  readonly maxAgeMs?: number
}

interface Pin {
  readonly cursor: string
  readonly madeAt: number
  usedAt: number
}

/** An empty memory. */
export function createPins({ now, capacity, idleMs = 60_000, maxAgeMs = 900_000 }: PinOptions): Pins {
  const pins = new Map<string, Pin>()
  return {
    set(key, cursor) {
      pins.delete(key)
      pins.set(key, { cursor, madeAt: now(), usedAt: now() })
      if (pins.size > capacity) pins.delete(pins.keys().next().value ?? '')
    },
    get(key) {
      const pin = pins.get(key)
      if (!pin) return undefined
      if (now() - pin.usedAt > idleMs || now() - pin.madeAt > maxAgeMs) {
        pins.delete(key)
        return undefined
      }
      pin.usedAt = now()
      return pin.cursor
    },
  }
}
