import type { Period } from '../../model/period'
import type { OffsetSpan } from '../../model/time-zone'
import type { Bindings } from './bind'
import { storableTime } from './filter-to-sql'
import { actorConditions, quarterRange, type Stretch, tablesOf } from './rollup-rows'

/** How many events fell into each of some buckets. */
export interface TimelineAsked extends Stretch {
  /** Where the buckets begin, in milliseconds since 1970; the first at the beginning of the stretch. */
  readonly starts: readonly number[]
}

/** A bucket that has events: its number from 0, and how many in all, failed, changes and logins. */
export type Bucket = readonly [bucket: number, total: number, failed: number, changes: number, logins: number]

/** The buckets that have events, as one JSON array. */
export function timelineSql({ period, actor, starts }: TimelineAsked, bindings: Bindings): string {
  const { bind } = bindings
  const conditions = ['r.workspace_id = $1', ...actorConditions(actor, bind), quarterRange(period, bind)].join(' and ')
  return `
select coalesce(json_agg(json_build_array(b.bucket, b.events, b.failed, b.changes, b.logins) order by b.bucket), '[]') from (
  select width_bucket(r.quarter, ${bind(starts.map(storableTime))}::timestamptz[]) - 1 as bucket, sum(r.events)::bigint as events,
    sum(r.failed)::bigint as failed, sum(r.changes)::bigint as changes, sum(r.logins)::bigint as logins
  from actrail.${tablesOf({ period, ...(actor && { actor }) }).quarters} r where ${conditions} group by 1
) b`
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
