import { ActrailError } from '../errors'
import { normalAddress } from '../model/address'
import { derivedId } from '../model/derived-id'
import { type Actor, type EventInput, type OnBehalfOf, type Resource, type Result, RESULTS } from '../model/event'
import type { Mapping, Rule } from './mapping'
import { createChanges, createMembers } from './members'
import { mappingMistake } from './read-mapping'
import { createSource, type Row, type Source, textOf, usableColumns, type UseColumn } from './source'
import { createTimeReader } from './time'

/** A row as an event, with the id that the same row always has. */
export interface MappedRow {
  readonly id: string
  readonly event: EventInput
}

/** Makes a row an event. Throws `ERR_EVENT_INVALID` with the reason when it cannot be one. */
export type MapRow = (row: Row) => MappedRow

const TEXTS = ['verb', 'workspace', 'project', 'issue', 'userAgent', 'requestId'] as const
const ACTOR = ['type', 'id', 'email', 'name'] as const
const RESOURCE = ['type', 'id', 'name'] as const
const PRINCIPAL = ['type', 'id'] as const

/**
 * Compiles a mapping for a table with the given columns.
 *
 * @throws ActrailError `ERR_IMPORT_MAPPING` for a column that the table has not, and for a time format that means nothing
 */
export function createRowMapper(mapping: Mapping, columns: readonly string[]): MapRow {
  const use = usableColumns(columns)
  const from = (path: readonly string[], rule: Rule | undefined): Source => createSource(rule, { path, use })
  const key = createKey(mapping, use)
  const time = createTime(mapping, use)
  const action = from(['action'], mapping.action)
  const result = from(['result'], mapping.result)
  const texts = TEXTS.map((name) => [name, from([name], mapping[name])] as const)
  const actor = createParty<Actor>(ACTOR, (name) => from(['actor', name], mapping.actor?.[name]))
  const resource = createParty<Resource>(RESOURCE, (name) => from(['resource', name], mapping.resource?.[name]))
  const principal = createParty<OnBehalfOf>(PRINCIPAL, (name) => from(['onBehalfOf', name], mapping.onBehalfOf?.[name]))
  const details = createMembers(mapping.details, { name: 'details', use })
  const context = createMembers(mapping.context, { name: 'context', use })
  const changes = createChanges(mapping.changes, use)
  const narrow = createNarrow((name) => from([name], mapping[name]))
  return (row) => {
    const keys = key(row)
    const occurredAt = time(row)
    const { fit, unread } = narrow(row)
    const imported = present({ source: mapping.source, row: keys.join('/'), unread })
    const event = present({
      ...Object.fromEntries(texts.map(([name, read]) => [name, read(row)])),
      ...fit,
      ...{ action: required(action(row), 'action'), result: resultOf(result(row)), occurredAt, source: 'import' },
      ...{ actor: actor(row), resource: resource(row), onBehalfOf: principal(row) },
      ...{ details: details(row), changes: changes(row), context: { ...context(row), imported } },
    }) as unknown as EventInput
    return { id: derivedId(occurredAt, [mapping.source, ...keys]), event }
  }
}

function createKey({ key }: Mapping, use: UseColumn): (row: Row) => readonly string[] {
  const columns = [key].flat().map((column) => use(['key'], column))
  return (row) => columns.map((column) => required(textOf(row[column]), `the key ${column}`))
}

function createTime({ occurredAt }: Mapping, use: UseColumn): (row: Row) => number {
  const column = use(['occurredAt', 'column'], occurredAt.column)
  const read = createTimeReader(occurredAt)
  if (typeof read === 'string') throw mappingMistake(['occurredAt'], `cannot be used: ${read}`)
  return (row) => {
    const text = required(textOf(row[column]), `the time ${column}`)
    const ms = read(text)
    if (ms !== undefined) return ms
    throw unusable(`${column} holds ${shown(text)}, which is no time written as ${occurredAt.format ?? 'iso'}`)
  }
}

function createParty<T>(names: readonly string[], from: (name: never) => Source): (row: Row) => T | undefined {
  const sources = names.map((name) => [name, from(name as never)] as const)
  return (row) => {
    const found = present(Object.fromEntries(sources.map(([name, read]) => [name, read(row)])))
    return Object.keys(found).length === 0 ? undefined : (found as T)
  }
}

/** What fits into columns that take not every text, and beside it what does not: that is kept as it was. */
function createNarrow(from: (name: keyof typeof NARROW) => Source) {
  const sources = (Object.keys(NARROW) as (keyof typeof NARROW)[]).map((name) => [name, from(name)] as const)
  return (row: Row) => {
    const fit: Record<string, unknown> = {}
    const unread: Record<string, string> = {}
    for (const [name, read] of sources) {
      const text = read(row)
      if (text === undefined) continue
      const value = NARROW[name](text)
      if (value === undefined) unread[name] = text
      else fit[name] = value
    }
    return { fit, unread: Object.keys(unread).length === 0 ? undefined : unread }
  }
}

const NARROW = {
  ip: (text: string) => normalAddress(text),
  statusCode: (text: string) => (/^[1-5]\d\d$/.test(text) ? Number(text) : undefined),
  durationUs: (text: string) => (/^\d{1,15}(?:\.\d+)?$/.test(text) ? Math.round(Number(text)) : undefined),
  traceId: (text: string) => (/^[0-9a-f]{32}$/i.test(text) ? text : undefined),
}

function resultOf(text: string | undefined): Result | undefined {
  if (text === undefined || RESULTS.some((result) => result === text)) return text as Result | undefined
  throw unusable(`result is ${shown(text)}, none of ${RESULTS.join(', ')}. Add it to the map of result, or "otherwise"`)
}

function required(text: string | undefined, what: string): string {
  if (text !== undefined && text.trim() !== '') return text
  throw unusable(`${what} is empty`)
}

const shown = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)

function unusable(reason: string): ActrailError {
  return new ActrailError('ERR_EVENT_INVALID', reason)
}

function present(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
