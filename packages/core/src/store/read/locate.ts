import type { Statement } from './bind'

/** How many shards are looked up together with a workspace's ends, enough for the usual list. */
const FIRST_SHARDS = 16
/** How many more are looked up at once. */
const MORE_SHARDS = 128

/** Where in its workspace a list begins. */
export interface Start {
  /** Below this `workspace_seq`; default: at the newest. */
  readonly below?: number
  /** So many entries further down, whatever they are; default: 0. */
  readonly skip?: number
}

/** A workspace's ends and its newest shards that hold anything from the start on down, in one snapshot. */
export function locateSql(workspaceId: string, { below, skip = 0 }: Start): Statement {
  return {
    text: `
select e.first_seq, e.next_seq, s.shard, s.first
from (
  select min(w.first_seq) as first_seq, actrail.next_seq($1) as next_seq from actrail.workspace_shard w where w.workspace_id = $1
) e
left join lateral (
  select w.shard, w.first_seq as first from actrail.workspace_shard w
  where w.workspace_id = $1 and w.first_seq < least(e.next_seq, $2::bigint) - $3::bigint
  order by w.first_seq desc limit ${FIRST_SHARDS}
) s on true
where e.first_seq is not null
order by s.first desc`,
    values: [workspaceId, below, skip],
  }
}

/** The next older shards of a workspace, newest first: those that begin below $2. */
export const workspaceShardsBelow = `
select w.shard, w.first_seq as first from actrail.workspace_shard w
where w.workspace_id = $1 and w.first_seq < $2
order by w.first_seq desc limit ${MORE_SHARDS}`

/** The log's first and next index. */
export const logEnds = `
select (select min(s.first_index) from actrail.shard s) as first_seq, h.next_index as next_seq from actrail.log_head h`

/** The next older shards of the log, newest first: those that begin below $1. */
export const logShardsBelow = `
select s.shard, s.first_index as first from actrail.shard s
where s.first_index < $1
order by s.first_index desc limit ${MORE_SHARDS}`
