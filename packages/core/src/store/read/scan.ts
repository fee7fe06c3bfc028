import type { FilterTerms } from '../../filter/filter'
import type { AccessPath } from './access-path'
import { type Bindings, createBindings, type Statement } from './bind'
import { EVENT_COLUMNS } from './columns'
import { CSV_LINE } from './csv'
import { searchedText } from '../sql/search'
import { filterToSql } from './filter-to-sql'

/** A part of a shard, by the places of its entries; both ends are included. */
export interface ShardSpan {
  readonly shard: number
  readonly first: number
  readonly last: number
}

/**
 * Which rows a statement reads. A place is the `workspace_seq` within a workspace or, without one, the `log_index` within
 * the whole log.
 */
export interface Scan {
  /** `undefined` reads across workspaces; only along the log's own path. */
  readonly workspaceId: string | undefined
  /** Few, and none overlaps another. */
  readonly spans: readonly ShardSpan[]
  readonly path: AccessPath
  readonly terms: FilterTerms
  /** Rows at most. */
  readonly limit: number
  /** Milliseconds after which the server gives up; default: the pool's own time-out. The embedded store has none. */
  readonly withinMs?: number
}

/** The newest rows of a scan, newest first. */
export function pageSql(scan: Scan): Statement {
  const bindings = createBindings()
  const text = newest(scan, EVENT_COLUMNS, bindings)
  return { text, values: bindings.values }
}

/** How many rows a scan finds, at most `limit`, and the lowest place among those. */
export function countSql(scan: Scan): Statement {
  const bindings = createBindings()
  const found = newest(scan, `e.${placeOf(scan)}`, bindings)
  const text = `select count(*) as events, min(${placeOf(scan)}) as lowest from (${found}) as counted`
  return { text, values: bindings.values }
}

/**
 * Places whose lines share one row of an answer: some tens of kilobytes, which the driver takes as they come and need not
 * put together.
 */
const PLACES_OF_ROW = 64

/**
 * The newest rows of a scan as lines of a CSV file, some in each row, with how many there are in it and the lowest place
 * among them.
 */
export function csvSql(scan: Scan): Statement {
  const bindings = createBindings()
  const place = placeOf(scan)
  const found = newest(scan, `${CSV_LINE} as line, e.${place}`, bindings)
  const part = `${place} / ${PLACES_OF_ROW}`
  const text = `select string_agg(line, '' order by ${place} desc) as text, count(*) as events, min(${place}) as lowest from (${found}) as written group by ${part} order by ${part} desc`
  return { text, values: bindings.values }
}

function placeOf({ workspaceId }: Pick<Scan, 'workspaceId'>): string {
  return workspaceId === undefined ? 'log_index' : 'workspace_seq'
}

function newest(scan: Scan, columns: string, bindings: Bindings): string {
  const shared = share(scan, columns, bindings)
  const [only, ...others] = scan.spans.map((span) => shardSql(span, shared))
  if (others.length === 0) return only ?? ''
  const all = [only, ...others].map((part) => `(${part})`).join(' union all ')
  return `select * from (${all}) as found order by ${shared.place} desc limit ${shared.limit}`
}

/** What the parts of one statement have in common, each parameter bound once. */
interface Shared {
  readonly columns: string
  readonly place: string
  readonly path: AccessPath
  readonly limit: string
  readonly workspace: string | undefined
  /** The value that the index is entered with, or all of them as an array. */
  readonly value: string
  /** The patterns of a search, bound. */
  readonly patterns: readonly string[]
  readonly conditions: readonly string[]
  readonly bind: Bindings['bind']
}

function share(scan: Scan, columns: string, bindings: Bindings): Shared {
  const { workspaceId, path, terms, limit } = scan
  const { bind } = bindings
  return {
    columns,
    place: placeOf(scan),
    path,
    limit: bind(limit),
    workspace: workspaceId === undefined ? undefined : bind(workspaceId),
    value: path.values === undefined ? '' : bind(path.values.length === 1 ? path.values[0] : path.values),
    patterns: (path.patterns ?? []).map(bind),
    conditions: [...(path.also ? [path.also(bind)] : []), ...filterToSql(terms, bindings, path.covers)],
    bind,
  }
}

function shardSql(span: ShardSpan, shared: Shared): string {
  const { path, value, limit, place } = shared
  if (path.patterns !== undefined) return searchedSql(span, shared)
  if (path.column === undefined || path.values === undefined) return rowsSql(span, shared)
  if (path.values.length === 1) return rowsSql(span, shared, `${path.column} = ${value}`)
  // One descent for each value: an index that is entered with several at once does not answer in order.
  const rows = rowsSql(span, shared, `${path.column} = entry.value`)
  return `select one.* from unnest(${value}::text[]) as entry (value) cross join lateral (${rows}) as one order by one.${place} desc limit ${limit}`
}

function rowsSql({ shard, first, last }: ShardSpan, shared: Shared, entry?: string): string {
  const { columns, place, workspace, conditions, limit, bind } = shared
  // The key of a shard's own place in the log begins with the shard's number.
  const owner = workspace === undefined ? `e.shard = ${shard}` : `e.workspace_id = ${workspace}`
  const where = [owner, ...(entry === undefined ? [] : [entry]), `e.${place} between ${bind(first)} and ${bind(last)}`]
  return `select ${columns} from actrail.event_${shard} e where ${[...where, ...conditions].join(' and ')} order by e.${place} desc limit ${limit}`
}

// "offset 0" keeps the two apart: inside, no index fits but that of the search; outside, no condition has an index.
function searchedSql({ shard, first, last }: ShardSpan, shared: Shared): string {
  const { columns, place, workspace, conditions, patterns, limit, bind } = shared
  const owner = workspace === undefined ? [] : [`array[s.workspace_id] @> array[${workspace}]`]
  const inside = [...owner, ...patterns.map((pattern) => `${searchedText('s.')} like ${pattern}`)].join(' and ')
  const where = [`e.${place} between ${bind(first)} and ${bind(last)}`, ...conditions].join(' and ')
  return `select ${columns} from (select * from actrail.event_${shard} s where ${inside} offset 0) e where ${where} order by e.${place} desc limit ${limit}`
}
