import type { Io } from '../command'

/** Between two showings, in milliseconds. */
const EVERY_MS = 250

/** A line on standard error that is written over itself, where that is a terminal; elsewhere nothing. */
export interface StatusLine {
  /** Shows it, unless something was shown a moment ago. */
  show(text: string): void
  /** Takes it away. */
  end(): void
}

/** Shows nothing at first. */
export function createStatusLine({ isErrorTTY, stderr }: Pick<Io, 'isErrorTTY' | 'stderr'>): StatusLine {
  let shownMs = -Infinity
  return {
    show: (text) => {
      const nowMs = performance.now()
      if (!isErrorTTY || nowMs - shownMs < EVERY_MS) return
      shownMs = nowMs
      stderr.write(`\r\u001b[K${text}`)
    },
    end: () => void (shownMs > -Infinity && stderr.write('\r\u001b[K')),
  }
}

/** A number as people read it: `1,234,567`. */
export function inWords(count: number): string {
  return count.toLocaleString('en')
}
