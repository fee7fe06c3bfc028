import type { ExportFormat } from '@actrail/client'

const LF = 10
const QUOTE = 34
const OPEN_BRACE = 123

/** How much of a file has come. */
export interface Counted {
  readonly events: number
  readonly bytes: number
}

/** Counts the events of an exported file in passing, whatever the pieces that it comes in. */
export function createEventCount(format: ExportFormat): { take(piece: Uint8Array): void; count(): Counted } {
  let bytes = 0
  let found = 0
  let isQuoted = false
  let isLineStart = true

  /** In CSV a line that ends outside of quotes is an event, or the heading. */
  function takeTable(piece: Uint8Array): void {
    for (const byte of piece) {
      if (byte === QUOTE) isQuoted = !isQuoted
      else if (byte === LF && !isQuoted) found++
    }
  }

  /** In both forms of JSON a line that begins with a brace is one. */
  function takeObjects(piece: Uint8Array): void {
    for (const byte of piece) {
      if (isLineStart && byte === OPEN_BRACE) found++
      isLineStart = byte === LF
    }
  }

  return {
    take(piece) {
      bytes += piece.length
      if (format === 'csv') takeTable(piece)
      else takeObjects(piece)
    },
    count: () => ({ events: format === 'csv' ? Math.max(0, found - 1) : found, bytes }),
  }
}
