import type { Row } from '@actrail/core/maintenance'

/** A row of the table that is imported, or what stands where a row should be. */
export interface SourceRow {
  /** Where it begins: the line of a file, the number of a row in a table; from 1. */
  readonly at: number
  /** Its cells as they were, for the file of rejected rows. */
  readonly cells: readonly string[]
  readonly content: { readonly row: Row } | { readonly reason: string }
}

/** A table that is imported. */
export interface RowSource {
  /** For messages and for the record of the import. */
  readonly name: string
  readonly columns: readonly string[]
  /** What {@link SourceRow.at} counts. */
  readonly unit: 'line' | 'row'
  /** About how many rows there are, where that is known. */
  readonly aboutRows: number | undefined
  /** To be read once. */
  rows(): AsyncIterable<SourceRow>
  close(): Promise<void>
}
