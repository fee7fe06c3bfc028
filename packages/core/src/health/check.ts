/** One thing that was looked at. */
export interface Check {
  readonly check: string
  readonly ok: boolean
  /** What was found. */
  readonly message: string
  /** What to do; of an `ok` check a hint, if anything. */
  readonly remedy?: string
}

/** @returns a check that found nothing wrong, with a hint if there is one. */
export const good = (check: string, message: string, remedy?: string): Check => ({
  ...{ check, ok: true, message },
  ...(remedy !== undefined && { remedy }),
})
/** @returns a check that found something wrong, and what to do. */
export const bad = (check: string, message: string, remedy: string): Check => ({ check, ok: false, message, remedy })

/** Whether Node is of a version that we support. */
export function nodeCheck(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22
  return fits
    ? good('node', `Node ${version}.`)
    : bad('node', `Node ${version} is not supported.`, 'Use Node 20.19, 22.12 or later.')
}

const OLDEST_CLOCK_MS = Date.UTC(2020, 0)

/** Whether the clock of this machine can be right. */
export function clockCheck(nowMs: number): Check {
  const text = new Date(nowMs).toISOString()
  return nowMs >= OLDEST_CLOCK_MS
    ? good('clock', `It is ${text} here.`)
    : bad(
        'clock',
        `The clock of this machine says ${text}.`,
        'Set it, and keep it right with NTP: events carry its time.',
      )
}
