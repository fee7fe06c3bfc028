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
  select e.workspace_id, e.workspace_seq, e.occurred_at, e.action, e.verb, e.result, e.actor_type, e.actor_id, e.resource_type
  from moved cross join actrail.event_${shard} e
  where e.shard = ${shard} and e.log_index >= $1 and e.log_index < $2
), quarters as (
  insert into actrail.rollup_quarter as r (workspace_id, quarter, action, verb, result, events, first_seq, last_seq)
  select workspace_id, date_bin('15 minutes', occurred_at, 'epoch'), action, verb, result,
         count(*), min(workspace_seq), max(workspace_seq)
  from batch group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
  on conflict (workspace_id, quarter, action, verb, result) do update set
    events = r.events + excluded.events,
    first_seq = least(r.first_seq, excluded.first_seq), last_seq = greatest(r.last_seq, excluded.last_seq)
), kinds as (
  insert into actrail.rollup_kind as r (workspace_id, action, verb, result, actor_type, resource_type, events, first_seq, last_seq)
  select workspace_id, action, verb, result, coalesce(actor_type, ''), coalesce(resource_type, ''),
         count(*), min(workspace_seq), max(workspace_seq)
  from batch group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6
  on conflict (workspace_id, action, verb, result, actor_type, resource_type) do update set
    events = r.events + excluded.events,
    first_seq = least(r.first_seq, excluded.first_seq), last_seq = greatest(r.last_seq, excluded.last_seq)
), actors as (
  insert into actrail.rollup_actor_day as r (workspace_id, day, actor_type, actor_id, events, first_seq, last_seq)
  select workspace_id, (occurred_at at time zone 'UTC')::date, coalesce(actor_type, ''), actor_id,
         count(*), min(workspace_seq), max(workspace_seq)
  from batch where actor_id is not null group by 1, 2, 3, 4 order by 1, 4, 3, 2
  on conflict (workspace_id, actor_id, actor_type, day) do update set
    events = r.events + excluded.events,
    first_seq = least(r.first_seq, excluded.first_seq), last_seq = greatest(r.last_seq, excluded.last_seq)
), heads as (
  insert into actrail.rollup_head as r (workspace_id, next_seq)
  select workspace_id, max(workspace_seq) + 1 from batch group by 1 order by 1
  on conflict (workspace_id) do update set next_seq = excluded.next_seq
)
select (select count(*) from batch)::int as events from moved`
}
