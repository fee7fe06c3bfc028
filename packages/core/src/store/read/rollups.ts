import type { FilterTerms } from '../../filter/filter'
import { MOST_VALUES } from './access-path'
import { type Bindings, createBindings, type Statement } from './bind'
import { actionsToSql, storableTime } from './filter-to-sql'

/** Quarters of an hour further apart than this many places are separate ranges: a descent costs less than the way. */
const GAP = 1_000
const MOST_RANGES = 500
/** Rows of the rollup that a total may add up; more take longer than a page. */
const MOST_ROWS = 20_000

/**
 * What the rollup of actions knows of `actions` and `results`: how many events meet both, between which places, how
 * many meet either alone, the stored actions that are asked for (at most one more than {@link MOST_VALUES}), and whether
 * every event of those actions meets `actions`, which a verb need not.
 */
export function actionTotalsSql(workspaceId: string, terms: FilterTerms): Statement {
  const bindings = createBindings()
  const workspace = bindings.bind(workspaceId)
  const byAction = actionCondition(terms, bindings)
  const byResult = resultCondition(terms, bindings)
  const text = `
with actions as (
  select r.action, sum(r.events) as events,
    sum(r.events) filter (where ${byAction}) as by_action, sum(r.events) filter (where ${byResult}) as by_result,
    sum(r.events) filter (where (${byAction}) and (${byResult})) as matched,
    min(r.first_seq) filter (where (${byAction}) and (${byResult})) as first,
    max(r.last_seq) filter (where (${byAction}) and (${byResult})) as last
  from actrail.rollup_action r where r.workspace_id = ${workspace} group by r.action
)
select (select coalesce(min(h.next_seq), 0) from actrail.rollup_head h where h.workspace_id = ${workspace}) as rolled_to,
  coalesce(sum(a.matched), 0)::bigint as events, min(a.first) as first, max(a.last) as last,
  coalesce(sum(a.by_action), 0)::bigint as by_action, coalesce(sum(a.by_result), 0)::bigint as by_result,
  to_json((array_agg(a.action) filter (where a.matched > 0))[1:${MOST_VALUES + 1}]) as actions,
  coalesce(bool_and(a.by_action = a.events) filter (where a.matched > 0), true) as are_whole
from actions a`
  return { text, values: bindings.values }
}

/** How many events an actor has, and between which places. */
export function actorTotalsSql(workspaceId: string, { actorId, actorType }: FilterTerms): Statement {
  const bindings = createBindings()
  const workspace = bindings.bind(workspaceId)
  const conditions = [
    `r.workspace_id = ${workspace}`,
    ...(actorId === undefined ? [] : [`r.actor_id = ${bindings.bind(actorId)}`]),
    ...(actorType === undefined ? [] : [`r.actor_type = ${bindings.bind(actorType)}`]),
  ]
  const text = `
select (select coalesce(min(h.next_seq), 0) from actrail.rollup_head h where h.workspace_id = ${workspace}) as rolled_to,
  coalesce(sum(r.events), 0)::bigint as events, min(r.first_seq) as first, max(r.last_seq) as last
from actrail.rollup_actor_day r where ${conditions.join(' and ')}`
  return { text, values: bindings.values }
}

/**
 * The ranges of places that hold every rolled up event of a stretch of time (and of `actions` and `results`), newest
 * first. Late events make ranges wider, never wrong. Only the newest are told apart; the last reaches down to all others.
 */
export function quarterRangesSql(workspaceId: string, terms: FilterTerms): Statement {
  const bindings = createBindings()
  const text = `
with quarters as (
  select min(r.first_seq) as first, max(r.last_seq) as last
  from actrail.rollup_quarter r where ${quarterConditions(workspaceId, terms, bindings)} group by r.quarter
), walked as (
  select first, last, max(last) over (order by first, last rows between unbounded preceding and 1 preceding) as reached from quarters
), told_apart as (
  select first, last, count(*) filter (where reached is null or first > reached + ${GAP}) over (order by first, last) as range from walked
), ranges as (
  select min(first) as first, max(last) as last from told_apart group by range order by first desc
)
select (select coalesce(min(h.next_seq), 0) from actrail.rollup_head h where h.workspace_id = $1) as rolled_to,
  (select min(first) from ranges) as lowest,
  (select json_agg(json_build_array(n.first, n.last)) from (select first, last from ranges limit ${MOST_RANGES}) as n) as ranges`
  return { text, values: bindings.values }
}

/** Times at quarters of an hour between which the rollup's counts are whole, in milliseconds since 1970. */
export interface WholeQuarters {
  readonly from: number
  readonly to: number
}

/**
 * The sum over whole quarters of an hour, and the ranges of places of the two that are cut (`[first, last]`, or null).
 * `rows` is above {@link MOST_ROWS} when there were too many to add up.
 */
export function quarterTotalsSql(workspaceId: string, terms: FilterTerms, whole: WholeQuarters): Statement {
  const bindings = createBindings()
  const conditions = quarterConditions(workspaceId, terms, bindings)
  const from = bindings.bind(storableTime(whole.from))
  const to = bindings.bind(storableTime(whole.to))
  const text = `
with rows as (
  select r.quarter, r.events, r.first_seq, r.last_seq from actrail.rollup_quarter r where ${conditions} limit ${MOST_ROWS + 1}
)
select (select coalesce(min(h.next_seq), 0) from actrail.rollup_head h where h.workspace_id = $1) as rolled_to,
  count(*) as rows, min(r.first_seq) as first, max(r.last_seq) as last,
  coalesce(sum(r.events) filter (where r.quarter >= ${from}::timestamptz and r.quarter < ${to}::timestamptz), 0)::bigint as events,
  min(r.first_seq) filter (where r.quarter < ${from}::timestamptz) as early_first, max(r.last_seq) filter (where r.quarter < ${from}::timestamptz) as early_last,
  min(r.first_seq) filter (where r.quarter >= ${to}::timestamptz) as late_first, max(r.last_seq) filter (where r.quarter >= ${to}::timestamptz) as late_last
from rows r`
  return { text, values: bindings.values }
}

/** {@link quarterTotalsSql} has not added up everything when its `rows` are more than this. */
export const MOST_QUARTER_ROWS = MOST_ROWS

function quarterConditions(workspaceId: string, terms: FilterTerms, bindings: Bindings): string {
  const { from, to } = terms
  const time = (ms: number) => `${bindings.bind(storableTime(ms))}::timestamptz`
  return [
    `r.workspace_id = ${bindings.bind(workspaceId)}`,
    ...(from === undefined ? [] : [`r.quarter > ${time(from)} - interval '15 minutes'`]),
    ...(to === undefined ? [] : [`r.quarter < ${time(to)}`]),
    ...(terms.actions ? [`(${actionsToSql(terms.actions, bindings.bind, 'r')})`] : []),
    ...(terms.results ? [resultCondition(terms, bindings)] : []),
  ].join(' and ')
}

function actionCondition({ actions }: FilterTerms, { bind }: Bindings): string {
  return actions ? actionsToSql(actions, bind, 'r') : 'true'
}

function resultCondition({ results }: FilterTerms, { bind }: Bindings): string {
  return results ? `r.result = any(${bind(results)}::text[])` : 'true'
}
