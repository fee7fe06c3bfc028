import { HEADER_BYTES, type TransactionStatus } from './frames'

/** Receives a backend's output, whose chunks end anywhere, and hands it on message by message. */
export interface AnswerReader {
  /** Takes the bytes as they are: the caller must not write into them afterwards. */
  push(chunk: Buffer): void
}

/** Where the parts of an answer go. */
export interface AnswerParts {
  /** Whole messages, as many in a row as came together. */
  messages(bytes: Buffer): void
  /** A NotificationResponse, which belongs to all connections. */
  notification(bytes: Buffer): void
  ready(status: TransactionStatus): void
}

const NOTIFICATION = 0x41
const READY = 0x5a

/** Splits answers; a value of many megabytes is joined once, not once per chunk. */
export function createAnswerReader(parts: AnswerParts): AnswerReader {
  let chunks: Buffer[] = []
  let size = 0
  let needed = HEADER_BYTES

  return {
    push(chunk) {
      chunks.push(chunk)
      size += chunk.length
      if (size < needed) return
      const bytes = chunks.length === 1 ? chunk : Buffer.concat(chunks)
      const { end, next } = split(bytes, parts)
      chunks = end < bytes.length ? [bytes.subarray(end)] : []
      size = bytes.length - end
      needed = next
    },
  }
}

/** @returns where the unfinished rest begins, and how many bytes of it are needed to go on. */
function split(bytes: Buffer, parts: AnswerParts): { end: number; next: number } {
  let start = 0
  let at = 0
  while (bytes.length - at >= HEADER_BYTES) {
    const length = bytes.readInt32BE(at + 1) + 1
    if (bytes.length - at < length) return { end: flush(at), next: length }
    if (bytes[at] === NOTIFICATION) {
      flush(at)
      parts.notification(bytes.subarray(at, at + length))
      start = at + length
    }
    if (bytes[at] === READY) parts.ready(String.fromCharCode(bytes[at + HEADER_BYTES] ?? 0) as TransactionStatus)
    at += length
  }
  return { end: flush(at), next: HEADER_BYTES }

  function flush(end: number): number {
    if (end > start) parts.messages(bytes.subarray(start, end))
    return end
  }
}
