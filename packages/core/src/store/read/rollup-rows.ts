import { DAY_MS, type Period } from '../../model/period'
import type { Bindings } from './bind'
import { storableTime } from './filter-to-sql'

/** An actor as analytics ask for one. */
export interface ActorTerm {
  readonly id: string
  /** Default: whatever type has this id. */
  readonly type?: string
}

/** A stretch of time of the workspace `$1`, of one actor or of all. */
export interface Stretch {
  readonly period: Period
  readonly actor?: ActorTerm
}

/** Two tables with the same counts, one by day (UTC) and one by quarter of an hour; or what is read of each. */
export interface RollupPair {
  readonly days: string
  readonly quarters: string
}

const TOTALS: RollupPair = { days: 'rollup_total_day', quarters: 'rollup_total_quarter' }
/** The counts of each actor. */
export const ACTORS: RollupPair = { days: 'rollup_actor_day', quarters: 'rollup_actor_quarter' }

/** The tables that count for one actor, or for all. */
export function tablesOf({ actor }: Stretch): RollupPair {
  return actor === undefined ? TOTALS : ACTORS
}

/**
 * The rows of a stretch: of whole days by day, of what is left at its ends by quarter. `columns` and the conditions
 * `where` name the row `r`.
 */
export function rowsOver(
  { period, actor }: Stretch,
  {
    tables,
    columns,
    where = [],
  }: { readonly tables: RollupPair; readonly columns: string | RollupPair; readonly where?: readonly string[] },
  { bind }: Bindings,
): string {
  const conditions = ['r.workspace_id = $1', ...actorConditions(actor, bind), ...where].join(' and ')
  const { days, quarters } = splitPeriod(period)
  const of = typeof columns === 'string' ? { days: columns, quarters: columns } : columns
  return [
    ...days.map(
      ({ from, to }) =>
        `select ${of.days} from actrail.${tables.days} r where ${conditions} and ${dayRange(from, to, bind)}`,
    ),
    ...quarters.map(
      ({ from, to }) =>
        `select ${of.quarters} from actrail.${tables.quarters} r where ${conditions} and ${quarterRange({ from, to }, bind)}`,
    ),
  ].join(' union all ')
}

/** The condition that a row `r` by quarter of an hour lies in a stretch. */
export function quarterRange({ from, to }: Period, bind: Bindings['bind']): string {
  const time = (ms: number): string => `${bind(storableTime(ms))}::timestamptz`
  return `r.quarter >= ${time(from)} and r.quarter < ${time(to)}`
}

/** The conditions that a row `r` is an actor's. */
export function actorConditions(actor: ActorTerm | undefined, bind: Bindings['bind']): string[] {
  if (actor === undefined) return []
  return [`r.actor_id = ${bind(actor.id)}`, ...(actor.type === undefined ? [] : [`r.actor_type = ${bind(actor.type)}`])]
}

/** The day (UTC) of a time, as Postgres reads it. */
export function dayText(ms: number): string {
  return storableTime(ms).slice(0, '2024-01-31'.length)
}

function dayRange(from: number, to: number, bind: Bindings['bind']): string {
  return `r.day >= ${bind(dayText(from))}::date and r.day < ${bind(dayText(to))}::date`
}

/** Whole days (UTC) of a stretch, and what is left of it before and after them. */
function splitPeriod({ from, to }: Period): { readonly days: readonly Period[]; readonly quarters: readonly Period[] } {
  const firstDay = Math.ceil(from / DAY_MS) * DAY_MS
  const endDay = Math.floor(to / DAY_MS) * DAY_MS
  if (firstDay >= endDay) return { days: [], quarters: [{ from, to }] }
  const ends = [
    { from, to: firstDay },
    { from: endDay, to },
  ]
  return { days: [{ from: firstDay, to: endDay }], quarters: ends.filter((end) => end.from < end.to) }
}
