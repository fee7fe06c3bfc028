import { DAY_MS, type Period } from '../../model/period'
import type { OffsetSpan } from '../../model/time-zone'
import type { Bindings } from './bind'
import { storableTime } from './filter-to-sql'
import { actorConditions, quarterRange, rowsOver, type Stretch, tablesOf } from './rollup-rows'

/** How many events fell into each of some buckets. */
export interface TimelineAsked extends Stretch {
  /** Where the buckets begin, in milliseconds since 1970; the first at the beginning of the stretch. */
  readonly starts: readonly number[]
}

/** A bucket that has events: its number from 0, and how many in all, failed, changes and logins. */
export type Bucket = readonly [bucket: number, total: number, failed: number, changes: number, logins: number]

/** The buckets that have events, as one JSON array. */
export function timelineSql({ starts, ...stretch }: TimelineAsked, bindings: Bindings): string {
  const rows = timedRows(stretch, starts, bindings)
  return `
select coalesce(json_agg(json_build_array(b.bucket, b.events, b.failed, b.changes, b.logins) order by b.bucket), '[]') from (
  select width_bucket(t.at, ${bindings.bind(starts.map(storableTime))}::timestamptz[]) - 1 as bucket, sum(t.events)::bigint as events,
    sum(t.failed)::bigint as failed, sum(t.changes)::bigint as changes, sum(t.logins)::bigint as logins
  from (${rows}) t group by 1
) b`
}

/** Buckets that are whole days of UTC are read by day, all others by quarter of an hour. */
function timedRows(stretch: Stretch, [, ...starts]: readonly number[], bindings: Bindings): string {
  const tables = tablesOf(stretch)
  const columns = `as at, r.events, r.failed, r.changes, r.logins`
  if (starts.every((start) => start % DAY_MS === 0)) {
    const at = { days: `r.day::timestamp at time zone 'UTC'`, quarters: 'r.quarter' }
    return rowsOver(stretch, { tables, columns: { days: `${at.days} ${columns}`, quarters: `${at.quarters} ${columns}` } }, bindings) // prettier-ignore
  }
  const conditions = ['r.workspace_id = $1', ...actorConditions(stretch.actor, bindings.bind)]
  const within = quarterRange(stretch.period, bindings.bind)
  return `select r.quarter ${columns} from actrail.${tables.quarters} r where ${[...conditions, within].join(' and ')}`
}

/** How many events fell into each hour of the week. */
export interface HoursAsked {
  readonly period: Period
  /** What the clocks of the zone show, from the beginning of the stretch on. */
  readonly spans: readonly OffsetSpan[]
}

/** An hour of the week that has events, counted from Monday at midnight, and how many. */
export type HourOfWeek = readonly [hour: number, total: number]

/** The hours of the week that have events, as one JSON array. 1970 began on a Thursday. */
export function hoursSql({ period, spans }: HoursAsked, { bind }: Bindings): string {
  const offsets = `(${bind(spans.map(({ offsetMs }) => offsetMs / 1_000))}::bigint[])`
  const span = `width_bucket(r.quarter, ${bind(spans.map(({ from }) => storableTime(from)))}::timestamptz[])`
  return `
select coalesce(json_agg(json_build_array(h.hour, h.events) order by h.hour), '[]') from (
  select mod(mod(floor((extract(epoch from r.quarter) + ${offsets}[${span}]) / 3600)::bigint + 72, 168) + 168, 168) as hour,
    sum(r.events)::bigint as events
  from actrail.rollup_total_quarter r where r.workspace_id = $1 and ${quarterRange(period, bind)} group by 1
) h`
}
