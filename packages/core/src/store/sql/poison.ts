/** The oldest batch, out of the inbox, for taking it apart; no row when another process takes it. */
export const takeOldestBatch = `
delete from actrail.inbox where n = (select min(n) from actrail.inbox) returning n, batch::text as text`

/** The events of a batch as they were written. $1 = its text. */
export const eventsOfBatch = `
select e.value::text as text from json_array_elements($1::json) with ordinality as e order by e.ordinality`

/** $1 = its number. */
export const removeBatch = 'delete from actrail.inbox where n = $1'

/** Puts a part of a batch back in its place. $1 = its number, $2 = events, $3 = JSON array. */
export const replaceBatch =
  'insert into actrail.inbox (n, events, batch) overriding system value values ($1, $2, $3::json)'
