import type { Io } from '../command'
import type { Counted } from './event-count'

/** Between two lines of progress, in milliseconds. */
const EVERY_MS = 250

interface Count {
  take(piece: Uint8Array): void
  count(): Counted
}

/** Counts what passes and, on a terminal, shows how far it is: one line, written over itself. */
export function createProgress({ isErrorTTY, stderr }: Pick<Io, 'isErrorTTY' | 'stderr'>, counted: Count) {
  const begunMs = performance.now()
  let shownMs = begunMs
  let isShown = false

  function show(nowMs: number): void {
    const { events, bytes } = counted.count()
    const perSecond = bytes / Math.max(0.001, (nowMs - begunMs) / 1_000)
    stderr.write(`\r\u001b[K${events} events, ${bytesInWords(bytes)}, ${bytesInWords(perSecond)}/s`)
    isShown = true
    shownMs = nowMs
  }

  async function* watched(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const piece of pieces) {
      counted.take(piece)
      const nowMs = performance.now()
      if (isErrorTTY && nowMs - shownMs >= EVERY_MS) show(nowMs)
      yield piece
    }
  }

  return {
    watched,
    /** Takes the line away. */
    end: (): void => void (isShown && stderr.write('\r\u001b[K')),
  }
}

/** A number of bytes in the unit that makes it short: `4.2 MB`. */
export function bytesInWords(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB']
  const step = bytes < 1_000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  const count = bytes / 1_000 ** step
  return `${step === 0 ? Math.round(count) : count.toFixed(1)} ${units[step]}`
}
