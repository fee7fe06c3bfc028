/** Puts aside an event that the log cannot take. $1 = its text as it came, $2 = why. */
export const quarantineEvent = 'insert into actrail.quarantine (event, reason) values ($1, $2)'
