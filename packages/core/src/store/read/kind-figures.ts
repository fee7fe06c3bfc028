import type { Bindings } from './bind'
import { actorConditions, type ActorTerm, rowsOver, type Stretch, tablesOf } from './rollup-rows'

/** What happened in a stretch, kind by kind. */
export interface KindsAsked extends Stretch {
  /** Entries of each list at most, the largest first. */
  readonly most: number
}

/** Events that have something in common, and how many of them did not succeed. */
export interface Count {
  readonly total: number
  readonly failed: number
}

/** Changes of resources that succeeded. */
export interface Changes {
  readonly total: number
  readonly created: number
  readonly updated: number
  readonly deleted: number
}

/** {@link KindsAsked} answered. Each list has the largest first; equal ones go by name. */
export interface KindFigures extends Count {
  readonly changes: Changes
  readonly results: Readonly<Record<string, number>>
  readonly verbs: readonly (Count & { readonly verb: string })[]
  readonly actions: readonly (Count & { readonly action: string })[]
  /** Without the events that have none. */
  readonly resource_types: readonly (Count & { readonly resource_type: string; readonly changes: number })[]
}

/** The kinds of events of a stretch, as one JSON object. */
export function kindFiguresSql({ most, ...stretch }: KindsAsked, bindings: Bindings): string {
  const limit = bindings.bind(most)
  const rows = rowsOver(stretch, { tables: tablesOf(stretch), columns: 'r.kinds, r.counts' }, bindings)
  return `
with cells as (
  select c.kind, sum(c.events)::bigint as events from (${rows}) p cross join unnest(p.kinds, p.counts) as c (kind, events) group by c.kind
), met as materialized (
  select k.action, k.verb, k.result, k.resource_type, c.events, case when k.result <> 'success' then c.events else 0 end as failed,
    case when k.result = 'success' and k.verb in ('CREATE', 'UPDATE', 'DELETE') then c.events else 0 end as changes
  from cells c join actrail.rollup_kind k on k.workspace_id = $1 and k.kind = c.kind
)
select json_build_object('total', coalesce(sum(events), 0)::bigint, 'failed', coalesce(sum(failed), 0)::bigint,
  'changes', json_build_object('total', coalesce(sum(changes), 0)::bigint, ${CHANGES}),
  'results', (select coalesce(json_object_agg(g.result, g.total), '{}') from (select result, sum(events)::bigint as total from met group by 1) g),
  'verbs', ${largest('verb', limit)},
  'actions', ${largest('action', limit)},
  'resource_types', ${largest('resource_type', limit, ['changes'])}) from met`
}

const CHANGES = [
  ['created', 'CREATE'],
  ['updated', 'UPDATE'],
  ['deleted', 'DELETE'],
]
  .map(([name, verb]) => `'${name}', coalesce(sum(changes) filter (where verb = '${verb}'), 0)::bigint`)
  .join(', ')

function largest(by: string, limit: string, sums: readonly string[] = []): string {
  const more = sums.map((name) => `, sum(${name})::bigint as ${name}`).join('')
  return `(select coalesce(json_agg(g order by g.total desc, g.${by}), '[]') from (
    select ${by}, sum(events)::bigint as total, sum(failed)::bigint as failed${more}
    from met where ${by} <> '' group by ${by} order by 2 desc, 1 limit ${limit}
  ) g)`
}

/** What is known of an actor over all times. Milliseconds since 1970; `null` for what never happened. */
export interface ActorFigures {
  readonly total: number
  readonly first_at: number | null
  readonly last_at: number | null
  readonly last_login_at: number | null
  /** The e-mail address that its events named last. */
  readonly email: string | null
}

/** The same as one JSON object. */
export function actorFiguresSql(actor: ActorTerm, { bind }: Bindings): string {
  const conditions = ['r.workspace_id = $1', ...actorConditions(actor, bind)].join(' and ')
  return `
select json_build_object('total', coalesce(sum(r.events), 0)::bigint, 'first_at', ${milliseconds('min(r.first_at)')},
  'last_at', ${milliseconds('max(r.last_at)')}, 'last_login_at', ${milliseconds('max(r.last_login_at)')},
  'email', (array_agg(r.email order by r.last_at desc) filter (where r.email is not null))[1])
from actrail.rollup_actor r where ${conditions}`
}

/** A time as milliseconds since 1970. */
export function milliseconds(time: string): string {
  return `(extract(epoch from ${time}) * 1000)::bigint`
}
