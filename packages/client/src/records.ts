import { answerInvalid } from './answer-invalid.js'

/** The forms in which events are exported. */
export type ExportFormat = 'csv' | 'json' | 'ndjson'

/** Cuts an exported file into its events, whatever the chunks it comes in. */
export interface RecordReader {
  /** The records that this chunk completes, each as its bytes without what stands between two. */
  take(chunk: Uint8Array): Uint8Array[]
  /** The first line, for formats that have one. */
  head(): Uint8Array | undefined
  /** What the end of the bytes means: the file is whole, may be whole (the format has no end of its own), or is not. */
  ending(): 'whole' | 'perhaps' | 'broken'
}

const LF = 10
const QUOTE = 34
const COMMA = 44
const OPEN_BRACKET = 91
const CLOSE_BRACKET = 93
/** A record of more bytes than this is not of our server; without a limit it would fill the memory. */
const LONGEST_RECORD = 16 * 1024 * 1024

/** Reads a file of this format. */
export function createRecordReader(format: ExportFormat): RecordReader {
  const lines = createLines(format === 'csv')
  let head: Uint8Array | undefined
  let isClosed = false

  /** In JSON each event has a line of its own, between a line with each bracket; all but the last end with a comma. */
  function recordOf(line: Uint8Array): Uint8Array | undefined {
    if (format === 'json') {
      const text = line.at(-1) === COMMA ? line.subarray(0, -1) : line
      if (text.length > 1) return text
      if (text[0] === CLOSE_BRACKET) isClosed = true
      if (text[0] === OPEN_BRACKET) head = text
      return undefined
    }
    if (format === 'csv' && head === undefined) {
      head = line
      return undefined
    }
    return line.length === 0 ? undefined : line
  }

  return {
    take: (chunk) => lines.take(chunk).flatMap((line) => recordOf(line) ?? []),
    head: () => head,
    ending: () => {
      if (isClosed) return 'whole'
      return lines.isBegun() || format === 'json' || (format === 'csv' && head === undefined) ? 'broken' : 'perhaps'
    },
  }
}

/** Lines without their LF. Where cells may be quoted, an LF between quotes ends none. */
function createLines(hasQuotes: boolean): { take(chunk: Uint8Array): Uint8Array[]; isBegun(): boolean } {
  let begun: Uint8Array[] = []
  let begunBytes = 0
  let isQuoted = false

  function take(chunk: Uint8Array): Uint8Array[] {
    const lines: Uint8Array[] = []
    let from = 0
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]
      if (hasQuotes && byte === QUOTE) isQuoted = !isQuoted
      if (byte !== LF || isQuoted) continue
      lines.push(joined([...begun, chunk.subarray(from, at)]))
      begun = []
      begunBytes = 0
      from = at + 1
    }
    if (from < chunk.length) begun.push(chunk.subarray(from))
    begunBytes += chunk.length - from
    if (begunBytes > LONGEST_RECORD) throw answerInvalid('A record of the file is too long for an event.')
    return lines
  }

  return { take, isBegun: () => begunBytes > 0 }
}

/** The parts one after the other; a single one is not copied. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only = new Uint8Array(0)] = parts
  if (parts.length <= 1) return only
  const whole = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
