import { CSV_COLUMNS, type CsvCell, FORMULA_STARTS } from '../../model/csv'

/** A cell: what stands before and after it in any row, and the expressions of what does not. */
interface Parts {
  readonly before: string
  readonly expressions: readonly string[]
  readonly after: string
}

const EXPRESSIONS: Readonly<Record<string, string>> = { ip: 'host(e.ip)', leaf_hash: `encode(e.leaf_hash, 'hex')` }
const STARTS = Array.from(FORMULA_STARTS, (letter) => letter.codePointAt(0)).join(', ')

const escaped = (text: string): string => `replace(${text}, '"', '""')`

const CELLS: Readonly<Record<CsvCell, (column: string) => Parts>> = {
  plain: (column) => ({ before: '', expressions: [column], after: '' }),
  text: (column) => {
    const guard = `case when ascii(${column}) in (${STARTS}) then '''' end`
    return { before: '"', expressions: [guard, escaped(column)], after: '"' }
  },
  json: (column) => ({ before: '"', expressions: [escaped(`${column}::text`)], after: '"' }),
  time: (column) => ({
    before: '',
    expressions: [`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`],
    after: '',
  }),
}

/**
 * A row named `e` as one line of a table of `CSV_COLUMNS`, with its line end. The database writes it: to read a million
 * rows of thirty columns into objects and to write them again takes several times as long. One `concat` with as few parts
 * as there can be, because a chain of `||` would copy the line for each; what is null adds nothing.
 */
export const CSV_LINE = lineOf()

function lineOf(): string {
  const parts: string[] = []
  let literal = ''
  for (const [name, member, cell] of CSV_COLUMNS) {
    const { before, expressions, after } = CELLS[cell](EXPRESSIONS[member] ?? `e.${member}`)
    parts.push(`'${literal}${name === 'id' ? 'evt_' : ''}${before}'`, ...expressions)
    literal = `${after},`
  }
  return `concat(${parts.join(', ')}, E'${literal.slice(0, -1)}\\r\\n')`
}
