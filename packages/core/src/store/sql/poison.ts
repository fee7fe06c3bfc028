/** The oldest batch, for taking it apart. */
export const oldestBatch = 'select n, batch::text as text from actrail.inbox order by n limit 1 for update'

/** The events of a batch as they were written. $1 = its number. */
export const eventsOfBatch = `
select e.value::text as text
from actrail.inbox i cross join lateral json_array_elements(i.batch) with ordinality as e
where i.n = $1 order by e.ordinality`

/** $1 = its number. */
export const removeBatch = 'delete from actrail.inbox where n = $1'

/** Puts a part of a batch back in its place. $1 = its number, $2 = events, $3 = JSON array. */
export const replaceBatch =
  'insert into actrail.inbox (n, events, batch) overriding system value values ($1, $2, $3::json)'
