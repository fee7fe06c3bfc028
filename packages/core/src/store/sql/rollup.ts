import { packed } from './rollup-pack'

/** Every table that the rollups fill, without the schema; emptied together with the cursor, they begin anew. */
export const ROLLUP_TABLES = [
  'rollup_quarter',
  'rollup_kind',
  'rollup_actor_day',
  'rollup_head',
  'rollup_total_quarter',
  'rollup_total_day',
  'rollup_actor_quarter',
  'rollup_actor_week',
  'rollup_actor',
  'rollup_resource_day',
] as const

/** Where the rollups stand and how far the log goes. */
export const rollupState = `
select r.next_index as from_index, h.next_index as to_index
from actrail.reader r cross join actrail.log_head h where r.name = 'rollups'`

/**
 * Adds the events of one shard from $1 to before $2 to the rollups and moves their cursor, in one statement: a crash
 * leaves either all of it or nothing. Whoever comes second finds the cursor moved, and adds nothing. Answers the events
 * added, or no row.
 */
export function rollUp(shard: number): string {
  return `
with moved as materialized (
  update actrail.reader set next_index = $2, updated_at = now() where name = 'rollups' and next_index = $1 returning 1
), batch as materialized (
  select e.workspace_id, e.workspace_seq, e.occurred_at, e.action, e.verb, e.result, coalesce(e.actor_type, '') as actor_type,
         e.actor_id, e.actor_email, coalesce(e.resource_type, '') as resource_type, e.resource_id,
         ${QUARTER} as quarter
  from moved cross join actrail.event_${shard} e
  where e.shard = ${shard} and e.log_index >= $1 and e.log_index < $2
)${forLists}${forAnalytics}, heads as (
  insert into actrail.rollup_head as r (workspace_id, next_seq)
  select workspace_id, max(workspace_seq) + 1 from batch group by 1 order by 1
  on conflict (workspace_id) do update set next_seq = excluded.next_seq
)
select (select count(*) from batch)::int as events from moved`
}

// From a time before all others: before its origin, "date_bin" of older minor versions takes the wrong one of two
// quarters that meet.
const QUARTER = `date_bin('15 minutes', e.occurred_at, '0001-01-01 00:00:00+00')`

// What is new gets the next numbers; sub-selects, so that the index is used whatever the planner thinks.
const forLists = `, tallied as materialized (
  select workspace_id, action, verb, result, actor_type, resource_type, quarter, actor_id,
         count(*) as events, min(workspace_seq) as first_seq, max(workspace_seq) as last_seq
  from batch group by 1, 2, 3, 4, 5, 6, 7, 8
), found as materialized (
  select workspace_id, action, verb, result, actor_type, resource_type,
         sum(events)::bigint as events, min(first_seq) as first_seq, max(last_seq) as last_seq,
         array_agg(quarter) as quarters, array_agg(actor_id) as actors, array_agg(events) as counts,
         array_agg(first_seq) as firsts, array_agg(last_seq) as lasts,
         (select k.kind from actrail.rollup_kind k where k.workspace_id = t.workspace_id and k.action = t.action and k.verb = t.verb
          and k.result = t.result and k.actor_type = t.actor_type and k.resource_type = t.resource_type) as known
  from tallied t group by 1, 2, 3, 4, 5, 6
), numbered as materialized (
  select *, coalesce(known, row_number() over (partition by workspace_id, known is null
      order by first_seq, action, verb, result, actor_type, resource_type)
    + (select coalesce(max(k.kind), -1) from actrail.rollup_kind k where k.workspace_id = f.workspace_id))::int as kind
  from found f
), kinds as (
  insert into actrail.rollup_kind as r (workspace_id, action, verb, result, actor_type, resource_type, events, first_seq, last_seq, kind)
  select workspace_id, action, verb, result, actor_type, resource_type, events, first_seq, last_seq, kind
  from numbered order by 1, 2, 3, 4, 5, 6
  on conflict (workspace_id, action, verb, result, actor_type, resource_type) do update set
    events = r.events + excluded.events,
    first_seq = least(r.first_seq, excluded.first_seq), last_seq = greatest(r.last_seq, excluded.last_seq)
), quarters as (
  insert into actrail.rollup_quarter as r (workspace_id, quarter, action, verb, result, events, first_seq, last_seq)
  select workspace_id, quarter, action, verb, result, sum(events), min(first_seq), max(last_seq)
  from tallied group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
  on conflict (workspace_id, quarter, action, verb, result) do update set
    events = r.events + excluded.events,
    first_seq = least(r.first_seq, excluded.first_seq), last_seq = greatest(r.last_seq, excluded.last_seq)
)`

// Taken out of arrays again rather than joined: nothing is known of either side when the statement is planned.
const forAnalytics = `, cells as materialized (
  select n.workspace_id, n.actor_type, n.kind, c.actor_id, c.quarter, (c.quarter at time zone 'UTC')::date as day, c.events,
         case when n.result <> 'success' then c.events else 0 end as failed,
         case when n.result = 'success' and n.verb in ('CREATE', 'UPDATE', 'DELETE') then c.events else 0 end as changes,
         case when n.result = 'success' and n.verb = 'LOGIN' then c.events else 0 end as logins, c.first_seq, c.last_seq
  from numbered n cross join unnest(n.quarters, n.actors, n.counts, n.firsts, n.lasts) as c (quarter, actor_id, events, first_seq, last_seq)
), total_quarters as (${packed('rollup_total_quarter', { keys: ['workspace_id', 'quarter'] })}
), total_days as (${packed('rollup_total_day', { keys: ['workspace_id', 'day'] })}
), actor_quarters as (${packed('rollup_actor_quarter', { keys: ['workspace_id', 'actor_id', 'actor_type', 'quarter'], isFinest: true })}
), actor_days as (${packed('rollup_actor_day', { keys: ['workspace_id', 'actor_id', 'actor_type', 'day'], hasPlaces: true })}
), actor_weeks as (
  insert into actrail.rollup_actor_week as r (workspace_id, week, actor_type, actor_id, events, failed, changes, logins)
  select workspace_id, date_trunc('week', day::timestamp)::date, actor_type, actor_id, sum(events), sum(failed), sum(changes), sum(logins)
  from cells where actor_id is not null group by 1, 2, 3, 4
  on conflict (workspace_id, actor_type, week, actor_id) do update set
    events = r.events + excluded.events, failed = r.failed + excluded.failed,
    changes = r.changes + excluded.changes, logins = r.logins + excluded.logins
), addresses as materialized (
  select workspace_id, actor_type, actor_id, actor_email, count(*) as events, min(occurred_at) as first_at, max(occurred_at) as last_at,
         max(occurred_at) filter (where result = 'success' and verb = 'LOGIN') as last_login_at, max(workspace_seq) as last_seq
  from batch where actor_id is not null group by 1, 2, 3, 4
), actors as (
  insert into actrail.rollup_actor as r (workspace_id, actor_type, actor_id, events, first_at, last_at, last_login_at, email)
  select workspace_id, actor_type, actor_id, sum(events), min(first_at), max(last_at), max(last_login_at),
         (array_agg(actor_email order by last_seq desc) filter (where actor_email is not null))[1]
  from addresses group by 1, 2, 3
  on conflict (workspace_id, actor_id, actor_type) do update set
    events = r.events + excluded.events, first_at = least(r.first_at, excluded.first_at), last_at = greatest(r.last_at, excluded.last_at),
    last_login_at = greatest(r.last_login_at, excluded.last_login_at), email = coalesce(excluded.email, r.email)
), resource_days as (
  insert into actrail.rollup_resource_day as r (workspace_id, day, resource_type, resource_id, events, failed, changes)
  select workspace_id, (occurred_at at time zone 'UTC')::date, resource_type, resource_id, count(*), count(*) filter (where result <> 'success'),
         count(*) filter (where result = 'success' and verb in ('CREATE', 'UPDATE', 'DELETE'))
  from batch where resource_id is not null group by 1, 2, 3, 4
  on conflict (workspace_id, day, resource_type, resource_id) do update set
    events = r.events + excluded.events, failed = r.failed + excluded.failed, changes = r.changes + excluded.changes
)`
