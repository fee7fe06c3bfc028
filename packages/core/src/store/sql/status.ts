/** Figures for `/health`: cheap however large the log is. */
export const storeStatus = `
select (select coalesce(sum(events), 0) from actrail.inbox)::int as waiting_events,
       (select count(*) from actrail.inbox)::int as waiting_batches,
       (select next_index from actrail.log_head) as next_index,
       (select shard from actrail.log_head) as shard,
       (select next_index from actrail.reader where name = 'rollups') as rolled_up,
       (select count(*) from actrail.quarantine)::int as quarantined`

/** The newest batch in the inbox, or null. */
export const newestBatch = 'select max(n) as n from actrail.inbox'

/** Whether a batch up to $1 still waits. */
export const waitsBefore = 'select exists (select from actrail.inbox where n <= $1) as waits'
