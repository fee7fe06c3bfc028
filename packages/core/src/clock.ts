import { ActrailError } from './errors'

const OLDEST_MS = Date.UTC(2020, 0)

/**
 * Refuses a clock that was never set: ids carry the time, and shards, retention and pages are found by it.
 *
 * @throws ActrailError `ERR_CLOCK_WRONG` when it says a time before 2020
 */
export function requireClock(nowMs: number): void {
  if (nowMs >= OLDEST_MS) return
  const said = new Date(nowMs).toISOString()
  throw new ActrailError('ERR_CLOCK_WRONG', `The system clock says ${said}. Set it (NTP), then start again.`)
}
