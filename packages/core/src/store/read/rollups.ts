import type { FilterTerms } from '../../filter/filter'
import { MOST_VALUES } from './access-path'
import { type Bindings, createBindings, type Statement } from './bind'
import { actionsToSql, storableTime } from './filter-to-sql'

/** Quarters of an hour further apart than this many places are separate ranges: a descent costs less than the way. */
const GAP = 1_000
const MOST_RANGES = 500

const ROLLED_TO =
  '(select coalesce(min(h.next_seq), 0) from actrail.rollup_head h where h.workspace_id = $1) as rolled_to'

/**
 * What the rollup of kinds knows of `actions`, `results`, `actorType` and `resourceTypes`: how many events meet all of
 * them and between which places; how many have one of the results; the actions and resource types that occur among them
 * (at most one more than {@link MOST_VALUES}), how many events those actions have in all, and which of the four terms
 * every one of these meets.
 */
export function kindTotalsSql(workspaceId: string, terms: FilterTerms): Statement {
  const bindings = createBindings()
  const workspace = bindings.bind(workspaceId)
  const { actions, results, actorType, resourceTypes } = terms
  const is = (value: unknown, condition: (bound: string) => string) =>
    value === undefined ? 'true' : condition(bindings.bind(value))
  const text = `
with kinds as materialized (
  select r.action, r.resource_type, r.events, r.first_seq, r.last_seq,
    ${actions ? actionsToSql(actions, bindings.bind, 'r') : 'true'} as has_action,
    ${is(results, (bound) => `r.result = any(${bound}::text[])`)} as has_result,
    ${is(actorType, (bound) => `r.actor_type = ${bound}`)} as has_actor_type,
    ${is(resourceTypes, (bound) => `r.resource_type = any(${bound}::text[])`)} as has_resource_type
  from actrail.rollup_kind r where r.workspace_id = ${workspace}
), met as (
  select * from kinds where has_action and has_result and has_actor_type and has_resource_type
), chosen as (
  select k.* from kinds k where k.action in (select action from met)
)
select ${ROLLED_TO}, m.*, c.*, (select coalesce(sum(events), 0)::bigint from kinds where has_result) as by_result
from (
  select coalesce(sum(events), 0)::bigint as events, min(first_seq) as first, max(last_seq) as last,
    to_json((array_agg(distinct action))[1:${MOST_VALUES + 1}]) as actions,
    to_json((array_agg(distinct resource_type) filter (where resource_type <> ''))[1:${MOST_VALUES + 1}]) as resource_types
  from met
) as m, (
  select coalesce(sum(events), 0)::bigint as of_actions, bool_and(has_action) as all_action, bool_and(has_result) as all_result,
    bool_and(has_actor_type) as all_actor_type, bool_and(has_resource_type) as all_resource_type
  from chosen
) as c`
  return { text, values: bindings.values }
}

/** How many events an actor has, and between which places. */
export function actorTotalsSql(workspaceId: string, { actorId, actorType }: FilterTerms): Statement {
  const bindings = createBindings()
  const conditions = [
    `r.workspace_id = ${bindings.bind(workspaceId)}`,
    ...(actorId === undefined ? [] : [`r.actor_id = ${bindings.bind(actorId)}`]),
    ...(actorType === undefined ? [] : [`r.actor_type = ${bindings.bind(actorType)}`]),
  ]
  const text = `
select ${ROLLED_TO}, coalesce(sum(r.events), 0)::bigint as events, min(r.first_seq) as first, max(r.last_seq) as last
from actrail.rollup_actor_day r where ${conditions.join(' and ')}`
  return { text, values: bindings.values }
}

/** Times at quarters of an hour between which the rollup's counts are whole, in milliseconds since 1970. */
export interface WholeQuarters {
  readonly from: number
  readonly to: number
}

/** A stretch of time, the part of it that is whole quarters of an hour, and how many rows may be added up. */
export interface QuarterScan {
  readonly terms: FilterTerms
  readonly whole: WholeQuarters
  /** Default: all there are. */
  readonly mostRows?: number
}

/**
 * What the rollup of quarters of an hour knows of a stretch of time (and of `actions` and `results`): the events of its
 * whole quarters, between which places those lie that it cuts at either end, and the ranges of places that hold
 * everything, newest first. Late events make ranges wider, never wrong. Only the newest ranges are told apart.
 */
export function quartersSql(workspaceId: string, { terms, whole, mostRows }: QuarterScan): Statement {
  const bindings = createBindings()
  const conditions = quarterConditions(workspaceId, terms, bindings)
  const from = `${bindings.bind(storableTime(whole.from))}::timestamptz`
  const to = `${bindings.bind(storableTime(whole.to))}::timestamptz`
  const limit = mostRows === undefined ? '' : ` limit ${bindings.bind(mostRows + 1)}`
  const text = `
with rows as materialized (
  select r.quarter, r.events, r.first_seq, r.last_seq from actrail.rollup_quarter r where ${conditions}${limit}
), quarters as (
  select min(r.first_seq) as first, max(r.last_seq) as last from rows r group by r.quarter
), walked as (
  select first, last, max(last) over (order by first, last rows between unbounded preceding and 1 preceding) as reached from quarters
), told_apart as (
  select first, last, count(*) filter (where reached is null or first > reached + ${GAP}) over (order by first, last) as range from walked
), ranges as (
  select min(first) as first, max(last) as last from told_apart group by range order by first desc limit ${MOST_RANGES}
)
select ${ROLLED_TO}, count(*) as rows, min(r.first_seq) as first, max(r.last_seq) as last,
  coalesce(sum(r.events) filter (where r.quarter >= ${from} and r.quarter < ${to}), 0)::bigint as events,
  min(r.first_seq) filter (where r.quarter < ${from}) as early_first, max(r.last_seq) filter (where r.quarter < ${from}) as early_last,
  min(r.first_seq) filter (where r.quarter >= ${to}) as late_first, max(r.last_seq) filter (where r.quarter >= ${to}) as late_last,
  (select json_agg(json_build_array(n.first, n.last) order by n.first desc) from ranges n) as ranges
from rows r`
  return { text, values: bindings.values }
}

function quarterConditions(workspaceId: string, terms: FilterTerms, { bind }: Bindings): string {
  const { from, to, actions, results } = terms
  const time = (ms: number) => `${bind(storableTime(ms))}::timestamptz`
  return [
    `r.workspace_id = ${bind(workspaceId)}`,
    ...(from === undefined ? [] : [`r.quarter > ${time(from)} - interval '15 minutes'`]),
    ...(to === undefined ? [] : [`r.quarter < ${time(to)}`]),
    ...(actions ? [`(${actionsToSql(actions, bind, 'r')})`] : []),
    ...(results ? [`r.result = any(${bind(results)}::text[])`] : []),
  ].join(' and ')
}
