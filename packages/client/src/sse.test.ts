import fc from 'fast-check'

import { readSse, type SseBlock } from './sse'

async function* cut(text: string, places: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text)
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  let from = 0
  for (const end of ends) {
    yield bytes.subarray(from, end)
    from = end
  }
}

async function blocksOf(text: string, places: readonly number[] = []): Promise<SseBlock[]> {
  const blocks: SseBlock[] = []
  for await (const block of readSse(cut(text, places))) blocks.push(block)
  return blocks
}

describe('an event stream', () => {
  it('is read block by block, a sign of life as an empty one', async () => {
    const text = 'retry: 2000\n\n:\n\nid: 1\nevent: activity\ndata: {"a":1}\n\n'
    expect(await blocksOf(text)).toEqual([{ retryMs: 2_000 }, {}, { id: '1', event: 'activity', data: '{"a":1}' }])
  })

  it('may have several lines of data, fields without a blank or a value, and names that nobody knows', async () => {
    expect(await blocksOf('data:a\ndata\ndata:  b\nfoo: bar\nid\n\n')).toEqual([{ data: 'a\n\n b', id: '' }])
  })

  it('says nothing by a wait that is no number or an id with NUL in it', async () => {
    expect(await blocksOf('retry: soon\nid: a\0b\n\n')).toEqual([{}])
  })

  it('that was cut off lacks its last block', async () => {
    expect(await blocksOf('data: a\n\ndata: b\n')).toEqual([{ data: 'a' }])
  })

  it('begins behind a byte order mark', async () => {
    expect(await blocksOf('\uFEFFdata: a\n\n')).toEqual([{ data: 'a' }])
  })

  it('reads the same whatever its chunks and its line ends', async () => {
    const data = fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n\uFEFF\0]/.test(text))
    const end = fc.constantFrom('\n', '\r\n', '\r')
    const cuts = fc.array(fc.nat(), { maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(fc.array(data, { minLength: 1 }), end, cuts, async (texts, lineEnd, places) => {
        const lines = texts.flatMap((text, n) => [`id: ${n}`, `data: ${text}`, ''])
        const stream = lines.map((line) => line + lineEnd).join('')
        expect(await blocksOf(stream, places)).toEqual(texts.map((text, n) => ({ id: String(n), data: text })))
      }),
    )
  })

  it('without a line end is given up before it fills the memory', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield new Uint8Array(1024 * 1024).fill(97)
    }
    await expect(readSse(endless()).next()).rejects.toMatchObject({ code: 'ERR_CLIENT_ANSWER_INVALID' })
  })
})
