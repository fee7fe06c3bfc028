/** Whether the schema is there; asked first, because a missing table would end the host's transaction. */
export const trailExists = `select to_regclass('actrail.trail') is not null as found`

/** Which trail this database holds. */
export const trailId = 'select id::text as id from actrail.trail'
