/** All shards, newest first, with times in ms since 1970; those that the log has reached have a first index. */
export const listShards = `
select shard, state, first_index, last_index,
       floor(extract(epoch from opened_at) * 1000)::bigint as opened_at,
       ceil(extract(epoch from closed_at) * 1000)::bigint as closed_at
from actrail.shard order by shard desc`

/** Where the log ends: the open shard and the next log index. */
export const logHead = 'select shard, next_index from actrail.log_head'

/** Makes the table of a shard, beside the log. $1 = its number. */
export const createShard = 'select actrail.create_shard($1)'

/** Attaches it, which waits for whoever uses the whole log: run it with a lock_timeout. $1 = its number. */
export const attachShard = 'select actrail.attach_shard($1)'

/**
 * Closes the open shard and opens the next. $1 = the open one, $2 = the next. Answers one row, or none when another
 * process was faster or the next shard is not attached yet.
 */
export const rollShard = `
with head as materialized (
  select h.shard, h.next_index from actrail.log_head h
  where h.shard = $1 and exists (select from actrail.shard s where s.shard = $2 and s.state = 'ahead')
  for update
), closed as (
  update actrail.shard s set state = 'closed', last_index = head.next_index - 1, closed_at = clock_timestamp()
  from head where s.shard = head.shard
), opened as (
  update actrail.shard s set state = 'open', first_index = head.next_index, opened_at = clock_timestamp()
  from head where s.shard = $2
)
update actrail.log_head h set shard = $2 from head where h.shard = head.shard
returning h.shard, h.next_index`
