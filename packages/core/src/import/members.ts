import { ActrailError } from '../errors'
import type { ChangesRule, MemberRule, MemberRules } from './mapping'
import { createSource, type Row, type UseColumn, textOf } from './source'

/** Reads an object from a row; undefined when there is nothing in it. */
export type ReadObject = (row: Row) => Readonly<Record<string, unknown>> | undefined

/** Compiles the rules of `details` or `context`. */
export function createMembers(
  rules: MemberRules | undefined,
  { name, use }: { name: string; use: UseColumn },
): ReadObject {
  if (rules === undefined) return () => undefined
  const entries: [string, MemberRule][] = Array.isArray(rules)
    ? rules.map((column) => [column, { column }])
    : Object.entries(rules)
  const members = entries.map(([key, rule]) => [key, createMember(rule, [name, key], use)] as const)
  return (row) => filled(members.map(([key, read]) => [key, read(row)]))
}

function createMember(rule: MemberRule, path: readonly string[], use: UseColumn): (row: Row) => unknown {
  const { column, constant, map, json } = rule
  if (constant !== undefined && map === undefined) return () => constant
  const source = createSource(rule, { path, use })
  if (json === true) return (row) => parsed(source(row), path)
  if (column === undefined || map !== undefined) return source
  // What a database gave as a number, a truth or JSON stays one.
  return (row) => (textOf(row[column]) === undefined ? source(row) : row[column])
}

/** Compiles the rule of `changes`. */
export function createChanges(rule: ChangesRule | undefined, use: UseColumn): ReadObject {
  if (rule === undefined) return () => undefined
  const source = (name: string, given: ChangesRule['field']) =>
    createSource(given, { path: ['changes', ...name.split('.')], use })
  if (rule.column !== undefined) {
    const column = use(['changes'], rule.column)
    return (row) => objectIn(row[column], column)
  }
  if (rule.fields === undefined) {
    const [field, before, after] = [source('field', rule.field), source('old', rule.old), source('new', rule.new)]
    return (row) => filled([[field(row) ?? '', changed(before(row), after(row))]])
  }
  const fields = Object.entries(rule.fields).map(([name, change]) => {
    return [name, source(`fields.${name}.old`, change.old), source(`fields.${name}.new`, change.new)] as const
  })
  return (row) => filled(fields.map(([name, before, after]) => [name, changed(before(row), after(row))]))
}

function changed(before: string | undefined, after: string | undefined): unknown {
  return before === after ? undefined : { old: before ?? null, new: after ?? null }
}

function objectIn(value: unknown, column: string): Readonly<Record<string, unknown>> | undefined {
  const given = typeof value === 'string' ? parsed(textOf(value), [column]) : value
  if (given === undefined || given === null) return undefined
  if (typeof given === 'object' && !Array.isArray(given)) return given as Readonly<Record<string, unknown>>
  throw new ActrailError('ERR_EVENT_INVALID', `${column} holds JSON that is no object of changes`)
}

function parsed(text: string | undefined, path: readonly string[]): unknown {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new ActrailError(
      'ERR_EVENT_INVALID',
      `${path.join('.')} holds ${JSON.stringify(text.slice(0, 40))}, which is no JSON`,
    )
  }
}

function filled(entries: readonly (readonly [string, unknown])[]): Readonly<Record<string, unknown>> | undefined {
  const present = entries.filter(
    ([name, value]) => name !== '' && value !== undefined && value !== null && value !== '',
  )
  return present.length === 0 ? undefined : Object.fromEntries(present)
}
