import type { FilterTerms } from '../../filter/filter'
import type { StoredEvent } from '../../model/event'
import { timeOfId } from '../../model/id'
import type { Statement } from './bind'
import { byIdSql, shardsByTime } from './by-id'
import { type DatabaseRow, toStoredEvent } from './columns'
import { type ReadDatabase, rowsOf, rowsWithin } from './guarded'
import { locateSql, logEnds, logShardsBelow, type Start, workspaceShardsBelow } from './locate'
import { actorTotalsSql, kindTotalsSql, type QuarterScan, quartersSql } from './rollups'
import { createSearchedShards } from './searched-shards'
import { countSql, csvSql, pageSql, type Scan, type ShardSpan } from './scan'

/** Shards that a look-up by id names at once. */
const SHARDS_AT_ONCE = 16

/** A stretch of places, both ends included. */
export interface Range {
  readonly first: number
  readonly last: number
}

/** Where a workspace (or the log) begins and ends, and its newest shards from the start of a list on down. */
export interface Located {
  readonly firstSeq: number
  readonly nextSeq: number
  readonly shards: readonly ShardSpan[]
}

/** What a rollup knows; it holds every event of the workspace below `rolledTo`, and none from there on. */
export interface RollupTotals {
  readonly rolledTo: number
  readonly events: number
  /** Between which places they lie; absent when there are none. */
  readonly range?: Range
}

/** {@link RollupTotals} of `actions`, `results`, `actorType` and `resourceTypes` together: of kinds of events. */
export interface KindTotals extends RollupTotals {
  /** Events that have one of the `results`, whatever else they are. */
  readonly byResult: number
  /** The actions that occur among those kinds. */
  readonly actions: readonly string[]
  /** Events of those actions, whatever else they are. */
  readonly ofActions: number
  /** Terms that every event of those actions meets. */
  readonly metByActions: readonly (keyof FilterTerms)[]
  /** The resource types that occur among those kinds. */
  readonly resourceTypes: readonly string[]
}

/** {@link RollupTotals} of a stretch of time: of its whole quarters of an hour, and where the two cut ones lie. */
export interface QuarterTotals extends RollupTotals {
  readonly early?: Range
  readonly late?: Range
  /** Ranges that hold everything that was rolled up, newest first. */
  readonly ranges: readonly Range[]
}

/** Rows that a statement found. */
export interface Counted {
  readonly events: number
  /** The lowest place among them; absent when there are none. */
  readonly lowest?: number
}

/** All SQL of lists. Numbers below 2⁵³ for every bigint, milliseconds for every time. */
export interface EventReader {
  /** `undefined` when nothing was ever recorded there. */
  locate(workspaceId: string, start: Start): Promise<Located | undefined>
  /** The same for the whole log, by `log_index`. */
  locateLog(start: Pick<Start, 'below'>): Promise<Located>
  /** The next older shards of the workspace (or the log), newest first, as far as they lie below `place`. */
  shardsBelow(workspaceId: string | undefined, place: number): Promise<readonly ShardSpan[]>
  /** `undefined` when the server gave up; see {@link Scan.withinMs}. */
  page(scan: Scan): Promise<StoredEvent[] | undefined>
  /** The page as lines of a CSV file, in texts of some lines each; otherwise as {@link EventReader.count}. */
  csv(scan: Scan): Promise<(Counted & { readonly texts: readonly string[] }) | undefined>
  /** How many rows, at most the scan's limit, and the lowest place among them. `undefined` when the server gave up. */
  count(scan: Scan): Promise<Counted | undefined>
  /** The shards in which a search has an index; see `searchPath`. */
  searchedShards(): Promise<ReadonlySet<number>>
  kindTotals(workspaceId: string, terms: FilterTerms): Promise<KindTotals>
  actorTotals(workspaceId: string, terms: FilterTerms): Promise<RollupTotals>
  /** `undefined` when there are more rows to add up than `mostRows`. */
  quarters(workspaceId: string, scan: QuarterScan): Promise<QuarterTotals | undefined>
  /** @param id a lower-case UUID */
  byId(id: string): Promise<StoredEvent | undefined>
}

/** Reads the log through the store's pool; holds nothing itself. */
export function createEventReader(database: ReadDatabase): EventReader {
  const rows: Ask = (statement, workspaceId) => rowsOf(database, statement, { workspaceId })
  const row = async (workspaceId: string, statement: Statement): Promise<DatabaseRow> =>
    (await rows(statement, workspaceId))[0] ?? {}
  return {
    ...shardReader(rows),
    searchedShards: createSearchedShards(database),
    page: async (scan) => (await rowsWithin(database, pageSql(scan), scan))?.map(toStoredEvent),
    async csv(scan) {
      const found = await rowsWithin(database, csvSql(scan), scan)
      const last = found?.at(-1)
      const events = found?.reduce((sum, row) => sum + Number(row.events), 0) ?? 0
      return (
        found && {
          texts: found.map(({ text }) => text as string),
          events,
          ...(last && { lowest: Number(last.lowest) }),
        }
      )
    },
    async count(scan) {
      const [found] = (await rowsWithin(database, countSql(scan), scan)) ?? []
      return found && toCounted(found)
    },
    kindTotals: async (workspaceId, terms) => toKindTotals(await row(workspaceId, kindTotalsSql(workspaceId, terms))),
    actorTotals: async (workspaceId, terms) => toTotals(await row(workspaceId, actorTotalsSql(workspaceId, terms))),
    async quarters(workspaceId, scan) {
      const found = await row(workspaceId, quartersSql(workspaceId, scan))
      return Number(found.rows) > (scan.mostRows ?? Infinity) ? undefined : toQuarterTotals(found)
    },
    async byId(id) {
      const order = (await rows({ text: shardsByTime, values: [timeOfId(id)] })).map(({ shard }) => Number(shard))
      for (let at = 0; at < order.length; at += SHARDS_AT_ONCE) {
        const [found] = await rows(byIdSql(id, order.slice(at, at + SHARDS_AT_ONCE)))
        if (found) return toStoredEvent(found)
      }
      return undefined
    },
  }
}

/** Without a workspace, the statement sees all of them. */
type Ask = (statement: Statement, workspaceId?: string) => Promise<DatabaseRow[]>

function shardReader(rows: Ask): Pick<EventReader, 'locate' | 'locateLog' | 'shardsBelow'> {
  const shardsBelow: EventReader['shardsBelow'] = async (workspaceId, place) =>
    workspaceId === undefined
      ? toSpans(await rows({ text: logShardsBelow, values: [place] }), place - 1)
      : toSpans(await rows({ text: workspaceShardsBelow, values: [workspaceId, place] }, workspaceId), place - 1)
  return {
    shardsBelow,
    async locate(workspaceId, start) {
      const found = await rows(locateSql(workspaceId, start), workspaceId)
      const [head] = found
      if (head === undefined) return undefined
      const [firstSeq, nextSeq] = [Number(head.first_seq), Number(head.next_seq)]
      const newest = Math.min(nextSeq, start.below ?? nextSeq) - (start.skip ?? 0) - 1
      const named = found.filter((one) => one.shard !== null)
      return { firstSeq, nextSeq, shards: toSpans(named, newest) }
    },
    async locateLog({ below }) {
      const [ends] = await rows({ text: logEnds, values: [] })
      const nextSeq = Number(ends?.next_seq)
      const shards = await shardsBelow(undefined, Math.min(below ?? nextSeq, nextSeq))
      return { firstSeq: Number(ends?.first_seq), nextSeq, shards }
    },
  }
}

/** Each shard reaches up to the next newer one, the newest of them up to `newest`. */
function toSpans(rows: readonly DatabaseRow[], newest: number): ShardSpan[] {
  let last = newest
  return rows.map((row) => {
    const span = { shard: Number(row.shard), first: Number(row.first), last }
    last = span.first - 1
    return span
  })
}

function toCounted({ events, lowest }: DatabaseRow): Counted {
  return { events: Number(events), ...(lowest !== null && { lowest: Number(lowest) }) }
}

function toTotals(row: DatabaseRow): RollupTotals {
  const range = toRange(row.first, row.last)
  return { rolledTo: Number(row.rolled_to), events: Number(row.events), ...(range && { range }) }
}

function toKindTotals(row: DatabaseRow): KindTotals {
  const met = {
    actions: row.all_action,
    results: row.all_result,
    actorType: row.all_actor_type,
    resourceTypes: row.all_resource_type,
  }
  return {
    ...toTotals(row),
    byResult: Number(row.by_result),
    actions: (row.actions ?? []) as readonly string[],
    ofActions: Number(row.of_actions),
    metByActions: (Object.keys(met) as (keyof typeof met)[]).filter((name) => met[name] === true),
    resourceTypes: (row.resource_types ?? []) as readonly string[],
  }
}

function toQuarterTotals(row: DatabaseRow): QuarterTotals {
  const totals = toTotals(row)
  const early = toRange(row.early_first, row.early_last)
  const late = toRange(row.late_first, row.late_last)
  const ranges = ((row.ranges ?? []) as readonly (readonly [number, number])[]).map(([first, last]) => ({
    first,
    last,
  }))
  // The oldest range reaches down to those that were not told apart.
  const oldest = ranges.pop()
  if (oldest) ranges.push({ first: totals.range?.first ?? oldest.first, last: oldest.last })
  return { ...totals, ranges, ...(early && { early }), ...(late && { late }) }
}

function toRange(first: unknown, last: unknown): Range | undefined {
  return first === null || first === undefined ? undefined : { first: Number(first), last: Number(last) }
}
