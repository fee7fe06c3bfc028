import { DAY_MS, type Period } from '../../model/period'
import type { Bindings } from './bind'
import { dayText } from './rollup-rows'

/** By what resources are ranked. */
export const RESOURCE_MEASURES = ['total', 'changes', 'failed'] as const
/** One of {@link RESOURCE_MEASURES}. */
export type ResourceMeasure = (typeof RESOURCE_MEASURES)[number]

/** Which resources were worked with most. */
export interface ResourcesAsked {
  /** Whole days (UTC). */
  readonly period: Period
  /** Types as recorded. Default: all. */
  readonly types?: readonly string[]
  readonly by: ResourceMeasure
  /** Resources that are named at most; all are counted. */
  readonly most: number
}

/** {@link ResourcesAsked} answered. */
export interface ActiveResources {
  /** Resources with any event. */
  readonly active: number
  readonly resources: readonly (Readonly<Record<ResourceMeasure, number>> & {
    readonly resource_type: string
    readonly resource_id: string
  })[]
}

/** Days that are named one by one, so that the index goes from one to the next within a type. */
const MOST_DAYS = 1_000

/** The same as one JSON object. */
export function resourcesSql({ period, types, by, most }: ResourcesAsked, { bind }: Bindings): string {
  const ofTypes = types === undefined ? '' : ` and r.resource_type = any(${bind(types)}::text[])`
  return `
with active as materialized (
  select r.resource_type, r.resource_id, sum(r.events) as total, sum(r.failed) as failed, sum(r.changes) as changes
  from actrail.rollup_resource_day r where r.workspace_id = $1 and ${daysOf(period, bind, types !== undefined)}${ofTypes} group by 1, 2
)
select json_build_object('active', (select count(*) from active), 'resources', (
  select coalesce(json_agg(t order by t.${by} desc, t.resource_type, t.resource_id), '[]')
  from (select * from active order by ${by} desc, resource_type, resource_id limit ${bind(most)}) t
))`
}

function daysOf({ from, to }: Period, bind: Bindings['bind'], oneByOne: boolean): string {
  const days = Math.ceil((to - from) / DAY_MS)
  if (!oneByOne || days > MOST_DAYS)
    return `r.day >= ${bind(dayText(from))}::date and r.day < ${bind(dayText(to))}::date`
  return `r.day = any(${bind(Array.from({ length: days }, (_, n) => dayText(from + n * DAY_MS)))}::date[])`
}
