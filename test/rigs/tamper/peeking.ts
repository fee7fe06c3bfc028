import { ROLLUP_TABLES } from '../../../packages/core/src/store/sql/rollup'
import type { Attempt } from './attempt'

const TABLES = ['event', 'event_0', 'workspace_shard', ...ROLLUP_TABLES]
const AS_A = ['begin', `select set_config('actrail.workspace', 'a', true)`]
const by = ['writer', 'reader'] as const
const of = (name: string, ...sql: readonly string[]): Attempt => ({
  name: `read another tenant ${name}`,
  by,
  sql: [...AS_A, ...sql],
})

/**
 * Attempts to read another tenant's rows within a transaction that has named its own. A sequencer sees all by right; so
 * does a reader that names another workspace itself, see SECURITY.md.
 */
export const PEEKING: readonly Attempt[] = [
  ...TABLES.flatMap((table) => [
    of(`in ${table}`, `select * from actrail.${table}`),
    of(`in ${table} by name`, `select * from actrail.${table} where workspace_id = 'b'`),
    of(`in ${table} by copying it`, `copy actrail.${table} to stdout`),
    of(`in ${table} without row security`, 'set row_security = off', `select * from actrail.${table}`),
    { name: `read any tenant in ${table} without naming one`, by, sql: [`select * from actrail.${table}`] },
    {
      name: `read any tenant in ${table} after a transaction`,
      by,
      sql: [...AS_A, 'commit', `select * from actrail.${table}`],
    },
    of(
      `in ${table} by a function that tells`,
      `create function pg_temp.tell(text) returns boolean language plpgsql cost 0.0000001 as 'begin raise notice ''%'', $1; return true; end'`,
      `select count(*) from actrail.${table} t where pg_temp.tell(t::text)`,
    ),
  ]),
  of('by an error', `select * from actrail.event_0 where (details ->> 'word')::int = 1 and workspace_id = 'b'`),
  of("by a row's place", `select * from actrail.event_0 where ctid in ('(0,2)', '(0,4)', '(0,6)')`),
  of('by its id', `select * from actrail.event_0 where id = '01890000-0000-7000-8000-000000000001'`),
  of('by a join', `select b.* from actrail.event_0 a join actrail.event b on b.log_index = a.log_index + 1`),
  of('by statistics', `select most_common_vals::text from pg_stats where schemaname = 'actrail'`),
  of('by raw statistics', 'select stavalues1::text from pg_catalog.pg_statistic'),
  of('as the owner', 'set local role actrail_owner', 'select * from actrail.event'),
  of('in the inbox', 'select batch from actrail.inbox'),
  of('in what was put aside', 'select event from actrail.quarantine'),
  of(
    'in the files',
    `select pg_read_file('postgresql.conf')`,
    `select pg_read_binary_file(pg_relation_filepath('actrail.event_0'))`,
  ),
  of('by its pages', 'create extension pageinspect', `select get_raw_page('actrail.event_0', 0)`),
]
