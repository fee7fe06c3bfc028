import { nearest } from '../model/nearest'
import type { Rule } from './mapping'
import { mappingMistake } from './read-mapping'

/** A row of the table that is imported: texts, or what a database gave. */
export type Row = Readonly<Record<string, unknown>>

/** Reads a text from a row; undefined when there is none. */
export type Source = (row: Row) => string | undefined

/** Answers the name of a column that the table has. Throws `ERR_IMPORT_MAPPING` for one that it has not. */
export type UseColumn = (path: readonly string[], column: string) => string

/** Knows the columns of one table. */
export function usableColumns(columns: readonly string[]): UseColumn {
  const known = new Set(columns)
  return (path, column) => {
    if (known.has(column)) return column
    const meant = nearest(column, columns)
    const remedy = meant === undefined ? `There are ${columns.slice(0, 30).join(', ')}` : `Did you mean ${meant}?`
    throw mappingMistake(path, `names a column "${column}", which the table has not. ${remedy}`)
  }
}

/** Compiles a rule; without one the source has nothing. */
export function createSource(rule: Rule | undefined, at: { path: readonly string[]; use: UseColumn }): Source {
  if (rule === undefined) return () => undefined
  const read = reader(rule, at)
  const { map, otherwise } = rule
  const fallback = textOf(rule.default)
  if (map === undefined) return (row) => read(row) ?? fallback
  const mapped = new Map(Object.entries(map).map(([from, to]) => [from, textOf(to)]))
  return (row) => {
    const text = read(row)
    if (text === undefined) return fallback
    return mapped.has(text) ? mapped.get(text) : (textOf(otherwise) ?? text)
  }
}

function reader(
  { column, constant, template }: Rule,
  { path, use }: { path: readonly string[]; use: UseColumn },
): Source {
  if (column !== undefined) {
    const name = use(path, column)
    return (row) => textOf(row[name])
  }
  if (template === undefined) return () => textOf(constant)
  const pieces = template.split(/\{([^{}]+)\}/)
  const names = pieces.filter((_, index) => index % 2 === 1).map((name) => use(path, name))
  return (row) => {
    const texts = names.map((name) => textOf(row[name]))
    // A template of nothing but empty columns is nothing: "{type}:{id}" would be ":".
    if (names.length > 0 && texts.every((text) => text === undefined)) return undefined
    return pieces.map((piece, index) => (index % 2 === 1 ? (texts[(index - 1) / 2] ?? '') : piece)).join('')
  }
}

/** A value as text; undefined when it is empty. */
export function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : JSON.stringify(value)
}
