import fc from 'fast-check'

import { createRecordReader, type ExportFormat } from './records'

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

function read(format: ExportFormat, file: string, places: readonly number[] = []) {
  const bytes = new TextEncoder().encode(file)
  const reader = createRecordReader(format)
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  const records: string[] = []
  let from = 0
  for (const end of ends) {
    records.push(...reader.take(bytes.subarray(from, end)).map(text))
    from = end
  }
  return { records, ending: reader.ending() }
}

const cuts = fc.array(fc.nat(), { maxLength: 20 })

it('a table is cut into its lines, also where cells have line ends and quotes in them', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', '\r', '\n', ',', 'ä', '🐞') })
  fc.assert(
    fc.property(fc.array(cell), cuts, (cells, places) => {
      const lines = cells.map((each) => `evt,"${each.replaceAll('"', '""')}"\r`)
      const { records, ending } = read('csv', ['id,text\r', ...lines].map((line) => `${line}\n`).join(''), places)
      expect({ records, ending }).toEqual({ records: lines, ending: 'perhaps' })
    }),
  )
})

it.each(['json', 'ndjson'] as const)('%s is cut into its events, whatever is written in them', (format) => {
  fc.assert(
    fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue())), cuts, (events, places) => {
      const lines = events.map((event) => JSON.stringify(event))
      const file = format === 'json' ? `[\n${lines.join(',\n')}\n]\n` : lines.map((line) => `${line}\n`).join('')
      const { records, ending } = read(format, file, places)
      expect({ records, ending }).toEqual({ records: lines, ending: format === 'json' ? 'whole' : 'perhaps' })
    }),
  )
})

it.each([
  ['csv', ''],
  ['csv', 'id,te'],
  ['csv', 'id\r\n"a'],
  ['csv', 'id\r\n"a\r\n'],
  ['json', ''],
  ['json', '[\n{"id":1}\n'],
  ['json', '[\n{"id":1},\n'],
  ['ndjson', '{"id":1}\n{"id"'],
] as const)('a file of %s that is no more than %j is broken', (format, file) => {
  expect(read(format, file).ending).toBe('broken')
})

it('a record without end is given up before it fills the memory', () => {
  const reader = createRecordReader('ndjson')
  const piece = new Uint8Array(1024 * 1024).fill(97)
  expect(() => {
    for (let n = 0; n < 64; n++) reader.take(piece)
  }).toThrow(expect.objectContaining({ code: 'ERR_CLIENT_ANSWER_INVALID' }) as Error)
})
