import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import { type CsvFormat, openCsv } from './csv-source'
import type { SourceRow } from './source-row'

const UTF8: CsvFormat = { delimiter: ',', encoding: 'utf8' }
let folder: string
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'actrail-csv-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

async function read(content: string | Buffer, format: CsvFormat = UTF8): Promise<SourceRow[]> {
  await writeFile(join(folder, 'a.csv'), content)
  const source = await openCsv('a.csv', format, { cwd: folder, stdin: new PassThrough() })
  const rows: SourceRow[] = []
  for await (const row of source.rows()) rows.push(row)
  await source.close()
  return rows
}

const contents = async (...args: Parameters<typeof read>) =>
  (await read(...args)).map(({ at, content }) => [at, 'row' in content ? content.row : content.reason])

it('reads quoted cells with line ends, quotes and delimiters, and knows on which line each row begins', async () => {
  expect(await contents('\ufeffid,note\r\n1,"a ""b"",\nc"\r\n2,\r\n"3",x\r\n')).toEqual([
    [2, { id: '1', note: 'a "b",\nc' }],
    [4, { id: '2', note: '' }],
    [5, { id: '3', note: 'x' }],
  ])
})

it('reads other delimiters and encodings', async () => {
  const one = [[2, { id: '1', note: 'ä;b' }]]
  expect(await contents('id;note\n1;"ä;b"\n', { ...UTF8, delimiter: ';' })).toEqual(one)
  expect(await contents('id\tnote\n1\tä;b', { ...UTF8, delimiter: '\t' })).toEqual(one)
  const text = 'id,note\n1,ä;b\n'
  expect(await contents(Buffer.from(text, 'latin1'), { ...UTF8, encoding: 'latin1' })).toEqual(one)
  expect(await contents(Buffer.from(`\ufeff${text}`, 'utf16le'), { ...UTF8, encoding: 'utf16le' })).toEqual(one)
})

it('puts bad rows aside with line and reason, and reads on', async () => {
  expect(await contents('id,note\n1,a,b\n2\n3,"x"y\n4,5" x 7"\n')).toEqual([
    [2, 'it has 3 cells, and the first line 2'],
    [3, 'it has 1 cells, and the first line 2'],
    [4, { id: '3', note: '"x"y' }],
    [5, { id: '4', note: '5" x 7"' }],
  ])
  const open = await contents('id,note\n1,ok\n2,"open\n3,x\n')
  expect(open).toContainEqual([2, { id: '1', note: 'ok' }])
  expect(open).toContainEqual([3, 'a quote is not closed: all behind it is taken for one row'])
  expect(open).toHaveLength(2)
  const swallowing = `id,note\n1,ok\n2,"${'x'.repeat(4_400_000)}\n3,ok\n`
  await expect(read(swallowing)).rejects.toThrow('Line 3 begins a row of more than 4 MiB: most likely a quote')
})

it('says what is wrong with a file without rows or names', async () => {
  const io = { cwd: folder, stdin: new PassThrough() }
  await expect(openCsv('none.csv', UTF8, io)).rejects.toThrow('none.csv cannot be read.')
  await expect(read('')).rejects.toThrow('a.csv is empty.')
  await expect(read('id,id\n')).rejects.toThrow('a.csv has two columns "id".')
  expect(await read('id,note\n')).toEqual([])
})

it('reads standard input', async () => {
  const source = await openCsv('-', UTF8, { cwd: folder, stdin: new PassThrough().end('id\n7\n') })
  for await (const row of source.rows()) expect(row).toMatchObject({ at: 2, cells: ['7'] })
  await source.close()
})

it('reads whatever was quoted properly as it was', async () => {
  const cells = fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string()), { minLength: 1, maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(cells, async (table) => {
      const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`
      const text = ['a,b', ...table.map((row) => row.map(quoted).join(','))].join('\n')
      expect((await read(text)).map((row) => row.cells)).toEqual(table)
    }),
    { numRuns: 60 },
  )
})
