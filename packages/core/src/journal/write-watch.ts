import type { Logger } from '../model/logger'

const SLOW_WRITE_MS = 5
const LOOK_AT_ONE_WRITE_IN = 16
const LOOKED_AT = 1_000
const MANY = LOOKED_AT / 100
const SLOW_DISK =
  "The journal's disk is slow, and with it every request: put the journal on a local disk (option journal.directory)"

/** Times one write in sixteen: a disk that makes one in a hundred wait for 5 ms makes every request wait. */
export interface WriteWatch {
  /** @returns a mark for `end`, 0 when this write is not looked at. */
  begin(): number
  end(mark: number): void
  /** Slow ones among the last 1,000 writes that were looked at. */
  slow(): number
  /** What to do about them, when they are one in a hundred. */
  problem(): string | undefined
}

/** @returns a watch that warns once in 1,000 observations at most. `now` is in ms and never 0. */
export function createWriteWatch(logger: Pick<Logger, 'warn'>, now = () => performance.now()): WriteWatch {
  let writes = 0
  let lookedAt = 0
  let slowNow = 0
  let slowBefore = 0

  function conclude(): void {
    slowBefore = slowNow
    if (slowNow > MANY) logger.warn({ slower: slowNow, of: LOOKED_AT, thanMs: SLOW_WRITE_MS }, SLOW_DISK)
    lookedAt = slowNow = 0
  }

  const slow = (): number => Math.max(slowBefore, slowNow)

  return {
    begin: () => (++writes % LOOK_AT_ONE_WRITE_IN === 0 ? now() : 0),
    end(mark) {
      if (mark === 0) return
      if (now() - mark > SLOW_WRITE_MS) slowNow++
      if (++lookedAt >= LOOKED_AT) conclude()
    },
    slow,
    problem: () => (slow() > MANY ? SLOW_DISK : undefined),
  }
}
