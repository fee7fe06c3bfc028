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
