import { createReadStream } from 'node:fs'
import { access, constants } from 'node:fs/promises'
import path from 'node:path'
import { pipeline, type Readable } from 'node:stream'
import type { CsvError, Options, Parser } from 'csv-parse'
import type { Io } from '../../command'
import { Failure } from '../../failure'
import type { RowSource, SourceRow } from './source-row'

/** How a file is written. */
export interface CsvFormat {
  readonly delimiter: string
  readonly encoding: 'utf8' | 'latin1' | 'utf16le'
}

/** Of one row: a quote that is never closed swallows no more. */
const MAX_RECORD_BYTES = 4 * 1024 * 1024
/** Of a row that is none, for the file of rejected rows. */
const SHOWN_LENGTH = 1_000

/** What the parser gives: the line on which a record begins, then its cells. */
type Parsed = readonly [line: string, ...cells: string[]]

/**
 * Opens a file of comma-separated values whose first line names the columns; `-` is standard input. Read piece by piece,
 * however large it is.
 *
 * @throws Failure when there is no such file, or no line in it that names columns
 */
export async function openCsv(file: string, format: CsvFormat, io: Pick<Io, 'cwd' | 'stdin'>): Promise<RowSource> {
  const { parse } = await import('csv-parse')
  const skipped: SourceRow[] = []
  // Kept while the file is parsed, which is ahead of its being read.
  let begins = 1
  const parser = parse({
    ...OPTIONS,
    ...format,
    on_record: (cells, { lines }) => {
      const line = String(begins)
      begins = lines + 1
      return [line, ...cells]
    },
    on_skip: (error, raw) => {
      const cells = [(raw ?? '').slice(0, SHOWN_LENGTH)]
      skipped.push({ at: begins, cells, content: { reason: reasonOf(error, begins) } })
      begins = Number(error?.lines ?? begins) + 1
      return undefined
    },
  })
  const input = await openInput(file, io)
  // What breaks the reading comes out of the parser, to whoever reads it.
  pipeline(input, parser, () => undefined)
  const records = parser[Symbol.asyncIterator]() as AsyncIterator<Parsed>
  const columns = columnsOf(await records.next(), file)
  const rows = (): AsyncIterable<SourceRow> => rowsOf({ records, columns, skipped })
  return { name: file, columns, unit: 'line', aboutRows: undefined, rows, close: () => closed(parser, input) }
}

const OPTIONS = {
  bom: true,
  relax_column_count: true,
  // A quote in the middle of a cell is one; taken for a mistake, it would swallow the rows behind it.
  relax_quotes: true,
  skip_empty_lines: true,
  skip_records_with_error: true,
  max_record_size: MAX_RECORD_BYTES,
} as const satisfies Options

async function openInput(file: string, { cwd, stdin }: Pick<Io, 'cwd' | 'stdin'>): Promise<Readable> {
  if (file === '-') return stdin
  const found = path.resolve(cwd, file)
  try {
    await access(found, constants.R_OK)
  } catch (error) {
    throw new Failure('failed', `${file} cannot be read. Check its name and its rights.`, { cause: error })
  }
  return createReadStream(found)
}

function columnsOf(first: IteratorResult<Parsed>, file: string): readonly string[] {
  const columns = first.done === true ? [] : first.value.slice(1).map((name) => name.trim())
  if (columns.length === 0) throw new Failure('failed', `${file} is empty. Its first line must name the columns.`)
  const twice = columns.find((name, at) => columns.indexOf(name) !== at)
  if (twice === undefined) return columns
  throw new Failure('failed', `${file} has two columns "${twice}". Give each a name of its own in the first line.`)
}

interface Reading {
  readonly records: AsyncIterator<Parsed>
  readonly columns: readonly string[]
  readonly skipped: SourceRow[]
}

async function* rowsOf({ records, columns, skipped }: Reading): AsyncGenerator<SourceRow> {
  for (;;) {
    const next = await records.next()
    yield* skipped.splice(0)
    if (next.done === true) return
    const [line, ...cells] = next.value
    yield { at: Number(line), cells, content: contentOf(cells, columns) }
  }
}

function contentOf(cells: readonly string[], columns: readonly string[]): SourceRow['content'] {
  if (cells.length !== columns.length)
    return { reason: `it has ${cells.length} cells, and the first line ${columns.length}` }
  return { row: Object.fromEntries(columns.map((name, at) => [name, cells[at]])) }
}

function reasonOf(error: CsvError | undefined, line: number): string {
  // Where the next row begins, nobody can know.
  if (error?.code === 'CSV_MAX_RECORD_SIZE')
    throw new Failure(
      'failed',
      `Line ${line} begins a row of more than 4 MiB: most likely a quote is not closed. Close it, and run the import again.`,
    )
  if (error?.code === 'CSV_QUOTE_NOT_CLOSED') return 'a quote is not closed: all behind it is taken for one row'
  return error?.message ?? 'it is no row'
}

async function closed(parser: Parser, input: Readable): Promise<void> {
  parser.destroy()
  input.destroy()
}
