/**
 * One batch into the inbox. $1 = number of events, $2 = the JSON array as bytes. No `returning`: the writer's role need
 * not be able to read.
 */
export const appendBatch = 'insert into actrail.inbox (events, batch) values ($1, $2::json)'
