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
 * Closes the open shard and opens the next. $1 = the open one, $2 = the next. Answers `rolled`: false when another
 * process was faster or the next shard is not attached yet.
 */
export const rollShard = 'select actrail.roll_shard($1, $2) as rolled'
