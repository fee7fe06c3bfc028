import type { Colour, Paint } from './paint'
import { columnsOf, fitted, padded } from './width'
import { visible } from './visible'

/** Between two columns. */
const GAP = '  '

/** No column is cut below this, in columns of the terminal. */
const NARROWEST = 3

/** A column of a table, with the text of its cells as they are; whatever a terminal would obey is written out. */
export interface Column<Row> {
  readonly heading: string
  readonly cell: (row: Row) => string
  readonly colour?: (row: Row) => Colour | undefined
  /** Never cut. */
  readonly isFixed?: boolean
  /** As wide as this at least; for rows that come one by one. */
  readonly usualWidth?: number
}

/** How wide a table may be, and how it is coloured. */
export interface TableStyle {
  /** In columns of the terminal; `undefined` where nothing has to be cut. */
  readonly width: number | undefined
  readonly paint: Paint
}

/** A heading and a line for each row. Where the lines are wider than the terminal, the widest columns are cut. */
export function tableLines<Row>(columns: readonly Column<Row>[], rows: readonly Row[], style: TableStyle): string[] {
  const cells = rows.map((row) => columns.map(({ cell }) => visible(cell(row))))
  const widths = columns.map(({ heading }, at) =>
    cells.reduce((most, row) => Math.max(most, columnsOf(row[at] ?? '')), heading.length),
  )
  const fitting = fittedWidths(columns, widths, style.width)
  const heading = lineOf(
    columns.map((column) => [column.heading, 'bold']),
    fitting,
    style,
  )
  const lines = cells.map((row, number) =>
    lineOf(
      columns.map(({ colour }, at) => [row[at] ?? '', colour?.(rows[number]!)]),
      fitting,
      style,
    ),
  )
  return [heading, ...lines]
}

/** Makes the lines of rows that come one by one: columns keep their places while their texts are not wider than usual. */
export function createRowLines<Row>(columns: readonly Column<Row>[], style: TableStyle): (row: Row) => string {
  const usual = columns.map(({ usualWidth = 0 }) => usualWidth)
  const widths = fittedWidths(columns, usual, style.width)
  return (row) => {
    const cells = columns.map(({ cell, colour }) => [visible(cell(row)), colour?.(row)] as const)
    const room = style.width === undefined ? cells.map(([text], at) => Math.max(widths[at]!, columnsOf(text))) : widths
    return lineOf(cells, room, style)
  }
}

function lineOf(
  cells: readonly (readonly [string, Colour | undefined])[],
  widths: readonly number[],
  { width, paint }: TableStyle,
): string {
  const last = cells.length - 1
  let left = width
  const parts: string[] = []
  for (const [at, [text, colour]] of cells.entries()) {
    // The last column takes what is left: nothing stands behind it.
    const room = widths[at] ?? NARROWEST
    const shown = at < last ? padded(text, room) : fitted(text, Math.max(room, left ?? columnsOf(text), 1))
    parts.push(paint(colour, shown))
    if (left !== undefined) left -= columnsOf(shown) + GAP.length
  }
  return parts.join(GAP)
}

/** Takes columns from the widest one that may be cut until the line fits, or nothing may be cut any more. */
function fittedWidths(
  columns: readonly Column<never>[],
  wanted: readonly number[],
  most: number | undefined,
): number[] {
  const widths = [...wanted]
  if (most === undefined) return widths
  const gaps = GAP.length * (columns.length - 1)
  let over = widths.reduce((sum, width) => sum + width, gaps) - most
  for (; over > 0; over--) {
    const widest = widths.reduce(
      (found, width, at) => (!columns[at]?.isFixed && width > (widths[found] ?? NARROWEST) ? at : found),
      -1,
    )
    if (widest < 0) break
    widths[widest]!--
  }
  return widths
}
