/** Puts aside an event that the log cannot take. $1 = its text as it came, $2 = why. */
export const quarantineEvent = 'insert into actrail.quarantine (event, reason) values ($1, $2)'

/** Events put aside, oldest first. $1 = after this number, $2 = at most so many. */
export const listQuarantine = `
select n::text as id, quarantined_at, reason, event from actrail.quarantine where n > $1::bigint order by n limit $2`

/** Puts an event back into the inbox, as a batch of its own. $1 = its number. No row when it is not there any more. */
export const retryQuarantined = `
with taken as (delete from actrail.quarantine where n = $1::bigint returning event),
     put as (insert into actrail.inbox (events, batch) select 1, ('[' || event || ']')::json from taken)
select 1 as retried from taken`
