/** How the server is set up, as far as it matters to what we promise. */
export const serverState = `
select current_setting('server_version') as version,
       current_setting('server_version_num')::int as version_number,
       round(extract(epoch from clock_timestamp()) * 1000)::bigint as clock_ms,
       pg_is_in_recovery() as is_standby,
       current_setting('fsync') = 'on' as syncs,
       current_setting('full_page_writes') = 'on' as writes_full_pages`

/** The connection's process on the server: behind a transaction pooler it changes. */
export const backendPid = 'select pg_backend_pid() as pid'

/** Whether some process puts the log of a schema in order: it holds the lock of a leader. $1 = schema. */
export const somebodyLeads = `
select exists (
  select from pg_locks l where l.locktype = 'advisory' and l.objsubid = 2 and l.granted
    and l.database = (select oid from pg_database where datname = current_database())
    and l.classid = (hashtext('actrail.sequence')::bigint & 4294967295)::oid and l.objid = (hashtext($1)::bigint & 4294967295)::oid
) as leads`
