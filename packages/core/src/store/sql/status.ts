/** Figures for `/health`: cheap however large the log is. */
export const storeStatus = `
select (select coalesce(sum(events), 0) from actrail.inbox)::int as waiting_events,
       (select count(*) from actrail.inbox)::int as waiting_batches,
       (select next_index from actrail.log_head) as next_index,
       (select shard from actrail.log_head) as shard,
       (select next_index from actrail.reader where name = 'rollups') as rolled_up,
       (select count(*) from actrail.quarantine)::int as quarantined,
       current_setting('server_version') as server_version`

/** When the first event of the oldest batch in the inbox happened, in ms since 1970; needs the right to read batches. */
export const oldestWaiting = `
select (batch -> 0 ->> 'occurred_at')::bigint as at from actrail.inbox order by n limit 1`

/** The newest batch in the inbox, or null. */
export const newestBatch = 'select max(n) as n from actrail.inbox'

/** Whether a batch up to $1 still waits. */
export const waitsBefore = 'select exists (select from actrail.inbox where n <= $1) as waits'
