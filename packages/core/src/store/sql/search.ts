import { SEARCHED_COLUMNS } from '../../filter/filter'

/**
 * What `search` looks through, as one text of the row `row`, folded as the predicate folds it. Not a function: the roles
 * below the owner may call none that they are not granted, and an index calls what it is made of at each insert.
 */
export function searchedText(row: string): string {
  const texts = SEARCHED_COLUMNS.map((column) => `coalesce(${row}${column}, '')`)
  return `lower((${texts.join(" || ' ' || ")}) collate "C")`
}

/** The tenant is a key of the index as well: what the others wrote is not looked at. */
const columns = (schema: string): string =>
  `using gin ((array[workspace_id]), (${searchedText('')}) ${schema}.gin_trgm_ops)`

/** The extension, wherever in the database it already is. Needs the right to create in the database. */
export const addTrigrams = 'create extension if not exists pg_trgm'

/** The schema that the extension is in, quoted. */
export const trigramSchema = `
select quote_ident(n.nspname) as schema
from pg_opclass o join pg_namespace n on n.oid = o.opcnamespace where o.opcname = 'gin_trgm_ops'`

/** The index of the log itself, which holds nothing: a shard that is attached from now on gets one like it. */
export function addSearchIndex(schema: string): string {
  return `create index event_search on only actrail.event ${columns(schema)}`
}

/** Whether the log has the index, and whether this role owns the log. */
export const searchState = `
select to_regclass('actrail.event_search') is not null as has_index,
       pg_has_role(current_user, log.relowner, 'member') as is_owner
from pg_class log where log.oid = 'actrail.event'::regclass`

/** The shards whose index is complete. */
export const searchedShards = `
select substring(c.relname from '[0-9]+$')::int as shard
from pg_inherits i join pg_index x on x.indexrelid = i.inhrelid join pg_class c on c.oid = x.indrelid
where i.inhparent = to_regclass('actrail.event_search') and x.indisvalid`

/** Attached shards without an index, newest first, whether they are empty, and whether an attempt at it was cut off. */
export const shardsToIndex = `
select s.shard, s.first_index is null or s.first_index = h.next_index as is_empty,
       to_regclass('actrail.event_' || s.shard || '_search') is not null as has_remains
from actrail.shard s cross join actrail.log_head h
where s.state <> 'made' and to_regclass('actrail.event_search') is not null and s.shard not in (${searchedShards})
order by s.shard desc`

/** The index of one shard, made while the shard is written to if it is `concurrently`. */
export function indexShard(shard: number, { schema, concurrently }: { schema: string; concurrently: boolean }): string {
  return `create index ${concurrently ? 'concurrently ' : ''}event_${shard}_search on actrail.event_${shard} ${columns(schema)}`
}

/** Makes it part of the log's. */
export function attachIndex(shard: number): string {
  return `alter index actrail.event_search attach partition actrail.event_${shard}_search`
}

/** Removes what an attempt that was cut off has left. */
export function dropIndex(shard: number): string {
  return `drop index actrail.event_${shard}_search`
}
