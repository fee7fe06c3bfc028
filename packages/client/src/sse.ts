import { answerInvalid } from './answer-invalid.js'

/** One block of an event stream. One without `data` is a sign of life or a setting. */
export interface SseBlock {
  readonly id?: string
  readonly event?: string
  readonly data?: string
  /** How long the server wants clients to wait before they come back, in milliseconds. */
  readonly retryMs?: number
}

/** A line of more characters than this is not of our server; without a limit it would fill the memory. */
const LONGEST_LINE = 16 * 1024 * 1024

/**
 * Reads Server-Sent Events (HTML standard, section 9.2.6) block by block, whatever the chunks they come in. What is not
 * ended by an empty line was cut off and is left out.
 */
export async function* readSse(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<SseBlock, void, undefined> {
  let block: SseBlock = {}
  for await (const line of linesOf(chunks)) {
    if (line === '') {
      yield block
      block = {}
    } else block = withLine(block, line)
  }
}

function withLine(block: SseBlock, line: string): SseBlock {
  const [, name = '', value = ''] = /^([^:]*)(?:: ?([^]*))?$/.exec(line) ?? []
  if (name === 'data') return { ...block, data: block.data === undefined ? value : `${block.data}\n${value}` }
  if (name === 'event') return { ...block, event: value }
  if (name === 'id' && !value.includes('\0')) return { ...block, id: value }
  if (name === 'retry' && /^\d{1,9}$/.test(value)) return { ...block, retryMs: Number(value) }
  return block
}

/** Lines end with CR, LF or both; a CR at the end of a chunk ends its line at once, and an LF after it belongs to it. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder()
  const end = /\r\n|\n|\r/g
  let begun = ''
  let isAfterCr = false
  for await (const chunk of chunks) {
    const text = decoder.decode(chunk, { stream: true })
    if (text === '') continue
    let from = isAfterCr && text.startsWith('\n') ? 1 : 0
    isAfterCr = text.endsWith('\r')
    end.lastIndex = from
    for (let found = end.exec(text); found; found = end.exec(text)) {
      yield begun + text.slice(from, found.index)
      begun = ''
      from = end.lastIndex
    }
    begun += text.slice(from)
    if (begun.length > LONGEST_LINE) throw answerInvalid('A line of the stream is too long for an event.')
  }
}
