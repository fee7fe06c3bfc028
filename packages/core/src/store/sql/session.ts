/**
 * Settings of the sequencer's own connection. A half-open connection frees the leader's lock within five seconds. The
 * plan must not depend on statistics: look-ups go by index, joins of what is in memory by hash. Under row security it
 * sees every workspace.
 */
export const sessionSettings = `
set actrail.everywhere = 'on';
set synchronous_commit = on;
set jit = off;
set enable_seqscan = off;
set enable_bitmapscan = off;
set enable_nestloop = off;
set enable_mergejoin = off;
set work_mem = '64MB';
set statement_timeout = 0;
set lock_timeout = 0;
set idle_session_timeout = 0;
set idle_in_transaction_session_timeout = 0;
set default_transaction_isolation = 'read committed';
set tcp_keepalives_idle = 2;
set tcp_keepalives_interval = 1;
set tcp_keepalives_count = 2;
set tcp_user_timeout = 4000`

/** The same for the embedded store, where all connections share one session: only until the transaction ends. */
export const transactionSettings = `
begin;
set local enable_seqscan = off;
set local enable_bitmapscan = off;
set local enable_nestloop = off;
set local enable_mergejoin = off;
set local work_mem = '32MB'`

/** Becomes the one leader, or answers false at once. Freed when the connection ends. $1 = schema. */
export const tryLead = `select pg_try_advisory_lock(hashtext('actrail.sequence'), hashtext($1)) as leads`

/** Until the transaction ends: who waits longer for a lock gives up, and stops making others wait. */
export const shortLockTimeout = `set local lock_timeout = '200ms'`
