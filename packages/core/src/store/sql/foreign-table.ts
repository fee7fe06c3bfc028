/** How times come out: as text in UTC, always in the same style. Nobody waits for a reader that takes hours. */
export const foreignSession = `
set timezone = 'UTC';
set datestyle = 'ISO, YMD';
set intervalstyle = 'iso_8601';
set statement_timeout = 0;
set idle_in_transaction_session_timeout = 0`

/** A table or view by its name as one types it in SQL, quoted for other statements, and about how many rows it has. */
export const findForeign = `
select c.oid::regclass::text as name, c.reltuples::bigint as rows,
       has_table_privilege(c.oid, 'select') as may_read
from pg_class c where c.oid = to_regclass($1)`

/** Reads all of it as it is now, piece by piece. `name` is quoted. */
export function openForeign(name: string): readonly string[] {
  return [
    'begin transaction isolation level repeatable read read only',
    `declare rows_to_import no scroll cursor for select * from ${name}`,
  ]
}

/** The next piece. */
export function fetchForeign(rows: number): string {
  return `fetch ${rows} from rows_to_import`
}
