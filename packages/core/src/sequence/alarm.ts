/** A sleep that another part of the process can end. */
export interface Alarm {
  /** Resolves after `ms`, or sooner when rung. A ring while nobody sleeps ends the next sleep at once. */
  sleep(ms: number): Promise<void>
  ring(): void
}

/** Timers do not keep the process alive. */
export function createAlarm(): Alarm {
  let wake: (() => void) | undefined
  let rung = false
  return {
    sleep: (ms) => {
      if (rung || ms <= 0) {
        rung = false
        return Promise.resolve()
      }
      return new Promise((resolve) => {
        const timer = setTimeout(done, ms)
        timer.unref()
        function done(): void {
          clearTimeout(timer)
          wake = undefined
          resolve()
        }
        wake = done
      })
    },
    ring: () => {
      if (wake) wake()
      else rung = true
    },
  }
}
