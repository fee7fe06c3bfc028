import fc from 'fast-check'
import { createDatabase, type TestDatabase } from '../../../../../test/db/databases'
import { eventRows } from '../../../../../test/log/generated-events'
import { openNextShard, sequenceEvents } from '../../../../../test/log/sequence-events'
import { normaliseEvent } from '../../ledger/normal-form'
import { CSV_COLUMNS, csvLine } from '../../model/csv'
import type { EventRow } from '../../model/event'
import { createIds } from '../../model/id'
import { createQuery } from '../../query/query'
import { createRedactor } from '../../redact/redactor'
import { openStore, type Store } from '../store'

/** The cells of one line, by the rules of RFC 4180. */
function cellsOf(line: string): string[] {
  return Array.from(line.trimEnd().matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g), ([, quoted, plain]) =>
    quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
  )
}

/** A line by column, nested values as values: databases and engines write the same JSON in different ways. */
function readLine(line: string): Record<string, unknown> {
  const cells = cellsOf(line)
  expect(cells).toHaveLength(CSV_COLUMNS.length)
  return Object.fromEntries(
    CSV_COLUMNS.map(([name, , kind], at) => [name, kind === 'json' && cells[at] ? JSON.parse(cells[at]) : cells[at]]),
  )
}

describe('lines of CSV', () => {
  const ids = createIds()
  const redactor = createRedactor()
  const hostile = [
    '=1+1',
    '+1',
    '-1',
    '@sum',
    '\tx',
    '\rx',
    '\nx',
    '＝1',
    'a"b',
    'a,b',
    "it's",
    'ü',
    '""',
    ',',
    ' =1',
    'line\nbreak',
  ]
  const odd: EventRow[] = hostile.map((text) =>
    normaliseEvent(
      {
        action: text.trim() === '' ? 'x' : text,
        actor: { type: 'user', id: text, name: text },
        resource: { type: text, id: text, name: text },
        ip: '10.0.0.1',
        userAgent: text,
        durationUs: 17,
        occurredAt: '2024-02-29T23:59:59.007Z',
        details: { [text]: [text, 1.5, null, { deep: text }] },
        workspace: 'w',
      },
      { now: Date.now, nextId: () => ids.next(), redactor },
    ),
  )
  const plain = fc.sample(eventRows, { numRuns: 300, seed: 7 }).map((row) => ({ ...row, id: ids.next() }))
  let database: TestDatabase
  let store: Store

  beforeAll(async () => {
    database = await createDatabase()
    store = await openStore({ database: database.url })
    await sequenceEvents(store, plain)
    await openNextShard(store, 0)
    await sequenceEvents(store, odd, 1)
  })
  afterAll(async () => {
    await store.stop()
    await database.drop()
  })

  it.each(['w', '*'])('say of the events of %s what the events say, in the same order', async (workspace) => {
    const query = createQuery({ reader: store.read })
    const { items } = await query.scroll({}, { limit: 10_000 }, workspace)
    const { texts, events, nextCursor } = await query.csv({}, { limit: 10_000 }, workspace)
    expect([events, nextCursor]).toEqual([plain.length + odd.length, undefined])
    const lines = texts.join('').split(/(?<=\r\n)(?=evt_)/)
    expect(lines.map(readLine)).toEqual(items.map((event) => readLine(csvLine(event))))
  })

  it('are the same whether they are read at once or stretch by stretch', async () => {
    const query = createQuery({ reader: store.read })
    const filter = { actions: ['*.*'] }
    const whole = await query.csv(filter, { limit: 10_000 }, 'w')
    let text = ''
    for (let cursor: string | undefined, isMore = true; isMore; isMore = cursor !== undefined) {
      const page = await query.csv(filter, { limit: 23, ...(cursor !== undefined && { cursor }) }, 'w')
      text += page.texts.join('')
      cursor = page.nextCursor
    }
    expect(text).toBe(whole.texts.join(''))
  })

  it('hold no cell that a spreadsheet would take for a formula', async () => {
    const { texts } = await createQuery({ reader: store.read }).csv({}, { limit: 10_000 }, 'w')
    for (const line of texts.join('').split(/(?<=\r\n)(?=evt_)/))
      for (const cell of cellsOf(line)) expect(cell).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/)
  })
})
