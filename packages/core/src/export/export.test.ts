import { type ExportEnd, type ExportFormat, type ExportSource, startExport } from './export'
import type { StoredEvent } from '../model/event'

const events = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => ({ log_index: from + n }) as StoredEvent)

/** Three pages of two events, whose cursors are the numbers of the next ones. */
function source(asked: (string | undefined)[], ended: (end: ExportEnd) => void): ExportSource {
  return {
    csv: () => Promise.reject(new Error('not asked')),
    scroll: ({ cursor = '0' }) => {
      asked.push(cursor)
      const at = Number(cursor)
      return Promise.resolve({ items: events(at, at + 2), ...(at < 4 && { nextCursor: String(at + 2) }) })
    },
    show: ({ log_index }) => ({ n: log_index }),
    ended,
  }
}

async function whole(text: AsyncIterable<string>): Promise<string> {
  let all = ''
  for await (const part of text) all += part
  return all
}

async function* exportText(format: ExportFormat, from: ExportSource): AsyncGenerator<string> {
  yield* await startExport(format, from)
}

describe('the text of an export', () => {
  it('is one JSON array', async () => {
    const text = await whole(
      exportText(
        'json',
        source([], () => undefined),
      ),
    )
    expect(JSON.parse(text)).toEqual([0, 1, 2, 3, 4, 5].map((n) => ({ n })))
  })

  it('is an empty array when there is nothing', async () => {
    const nothing = { ...source([], () => undefined), scroll: () => Promise.resolve({ items: [] }) }
    expect(JSON.parse(await whole(exportText('json', nothing)))).toEqual([])
  })

  it('is one object a line, the last one ended', async () => {
    const text = await whole(
      exportText(
        'ndjson',
        source([], () => undefined),
      ),
    )
    expect(text).toBe('{"n":0}\n{"n":1}\n{"n":2}\n{"n":3}\n{"n":4}\n{"n":5}\n')
  })

  it('tells its end once, with what was written', async () => {
    const ends: ExportEnd[] = []
    await whole(
      exportText(
        'ndjson',
        source([], (end) => ends.push(end)),
      ),
    )
    expect(ends).toEqual([{ events: 6, isComplete: true }])
  })

  it('reads no further than one stretch ahead of a reader that stops, and tells what that one got', async () => {
    const asked: (string | undefined)[] = []
    const ends: ExportEnd[] = []
    for await (const part of exportText(
      'ndjson',
      source(asked, (end) => ends.push(end)),
    ))
      if (part.includes('1')) break
    expect(asked).toEqual(['0', '2'])
    expect(ends).toEqual([{ events: 0, isComplete: false }])
  })

  it('does not begin when the log cannot be read', async () => {
    const away: ExportSource = { ...source([], () => undefined), scroll: () => Promise.reject(new Error('away')) }
    await expect(startExport('json', away)).rejects.toThrow('away')
  })

  it('fails where the log fails, not quietly', async () => {
    const ends: ExportEnd[] = []
    const failing = source([], (end) => ends.push(end))
    const broken: ExportSource = {
      ...failing,
      scroll: (place) => (place.cursor === '4' ? Promise.reject(new Error('away')) : failing.scroll(place)),
    }
    await expect(whole(exportText('json', broken))).rejects.toThrow('away')
    expect(ends).toEqual([{ events: 4, isComplete: false }])
  })
})
