import { inspect } from 'node:util'
import type { ForeignRow } from '@actrail/core/maintenance'
import type { RowSource, SourceRow } from './source-row'

/** Opens a table of a Postgres database. Rejects as `openForeignTable` does. */
export async function openTable(database: string, table: string): Promise<RowSource> {
  const { openForeignTable } = await import('@actrail/core/maintenance')
  const { columns, aboutRows, pieces, close } = await openForeignTable({ database, table })
  return { name: table, columns, unit: 'row', aboutRows, rows: () => rowsOf(pieces(), columns), close }
}

async function* rowsOf(
  pieces: AsyncIterable<readonly ForeignRow[]>,
  columns: readonly string[],
): AsyncGenerator<SourceRow> {
  let at = 0
  for await (const piece of pieces) {
    for (const row of piece) yield { at: ++at, cells: columns.map((name) => cellOf(row[name])), content: { row } }
  }
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return value
  return typeof value === 'object' ? JSON.stringify(value) : inspect(value)
}
