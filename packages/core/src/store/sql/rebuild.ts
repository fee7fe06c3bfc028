/** Becomes the one that rebuilds, or answers false at once. Freed when the connection ends. $1 = schema. */
export const tryRebuild = `select pg_try_advisory_lock(hashtext('actrail.rebuild'), hashtext($1)) as rebuilds`

/** The planner as it is for the pool, by whose connections rollups are added otherwise. */
export const rebuildSettings = `
reset enable_seqscan;
reset enable_bitmapscan;
reset enable_nestloop;
reset enable_mergejoin`

/** The tables of rollups with their columns, and whether all their rows can be seen and removed. $1 = schema. */
export const rollupTables = `
select c.relname::text as name, row_security_active(c.oid) as has_row_security,
       pg_has_role(c.relowner, 'usage') as is_owner,
       (select string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns
from pg_class c where c.relnamespace = to_regnamespace($1) and c.relkind in ('r', 'p') and c.relname like 'rollup\\_%' order by 1`

/** The tables that a rebuild left behind which did not come to its end. $1 = schema. */
export const leftTables = `
select c.relname::text as name from pg_class c
where c.relnamespace = to_regnamespace($1) and c.relkind in ('r', 'p') and c.relname like 'rebuild\\_%' order by 1`

/** Removes such a table. */
export function dropLeft(name: string): string {
  return `drop table if exists actrail.${name}`
}

/** An empty table beside a table of rollups, of the same columns and indexes. */
export function makeBeside(name: string): string {
  return `create table actrail.${besideName(name)} (like actrail.${name} including all)`
}

/** The rebuild's place in the log, at its beginning. */
export const beginRebuild = `
insert into actrail.reader (name, next_index) values ('rebuild', 0)
on conflict (name) do update set next_index = 0, updated_at = now()`

/** Holds up the reader whose tables are replaced, until the transaction ends; answers where it stands. */
export const holdRollups = `select next_index from actrail.reader where name = 'rollups' for update`

/** Replaces the content of a table of rollups; who reads meanwhile sees what was there until the transaction ends. */
export function replaceContent(name: string, columns: string): readonly string[] {
  return [
    `delete from actrail.${name}`,
    `insert into actrail.${name} (${columns}) select ${columns} from actrail.${besideName(name)}`,
  ]
}

/** The rollups go on from where the rebuild stands. */
export const adoptPlace = `
update actrail.reader r set next_index = b.next_index, updated_at = now() from actrail.reader b
where r.name = 'rollups' and b.name = 'rebuild'`

/** The rebuild has no place any more. */
export const endRebuild = `delete from actrail.reader where name = 'rebuild'`

/** A statement on the rollups, on the tables beside them: theirs, and the place of the rebuild. */
export function beside(sql: string): string {
  return sql.replaceAll('actrail.rollup_', 'actrail.rebuild_').replaceAll("'rollups'", "'rebuild'")
}

function besideName(name: string): string {
  return name.replace(/^rollup_/, 'rebuild_')
}
