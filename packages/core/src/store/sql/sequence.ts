/** The shards that a step names in its text. */
export interface NamedShards {
  /** The one that is written to. */
  readonly open: number
  /** Closed ones that may hold the ids that arrive now. */
  readonly lookBack: readonly number[]
}

// name, type in the payload, and how the column is made of it where it is not taken as it is
const COLUMNS: readonly (readonly [string, string, string?])[] = [
  ['occurred_at', 'bigint', exactTime('p.occurred_at')],
  ['id', 'uuid'],
  ['status_code', 'smallint'],
  ['intent_id', 'uuid'],
  ['duration_us', 'bigint'],
  ['workspace_id', 'text collate "C"'],
  ['actor_type', 'text'],
  ['actor_id', 'text'],
  ['actor_email', 'text'],
  ['actor_name', 'text'],
  ['action', 'text'],
  ['verb', 'text'],
  ['resource_type', 'text'],
  ['resource_id', 'text'],
  ['resource_name', 'text'],
  ['issue_id', 'text'],
  ['project', 'text'],
  ['result', 'text'],
  ['ip', 'inet'],
  ['user_agent', 'text'],
  ['request_id', 'text'],
  ['trace_id', 'text'],
  ['source', 'text'],
  ['leaf_hash', 'bytea'],
  ['on_behalf_of', 'jsonb'],
  ['context', 'jsonb'],
  ['details', 'jsonb'],
  ['changes', 'jsonb'],
]

// to_timestamp() takes a double: whole seconds are exact in it, milliseconds of far years are not
function exactTime(ms: string): string {
  return `to_timestamp((${ms} / 1000)::float8) + (${ms} % 1000) * interval '1 millisecond'`
}

const payload = COLUMNS.map(([name, type]) => `${name} ${type}`).join(', ')
const names = COLUMNS.map(([name]) => name).join(', ')
const values = COLUMNS.map(([name, , made]) => made ?? `p.${name}`).join(', ')

// The oldest batches of the inbox, out of it and into rows.
const takeBatches = `
with queue as materialized (
  select n, events, sum(events) over oldest_first - events as events_before,
         sum(bytes) over oldest_first - bytes as bytes_before
  from (
    select n, events, pg_column_size(batch) as bytes from actrail.inbox
    where n >= $6::bigint and ($5::bigint is null or n = $5::bigint) order by n limit $1::int
  ) as oldest
  window oldest_first as (order by n)
), bound as materialized (
  select min(n) as lowest, max(n) as highest from queue where events_before < $1::int and bytes_before < $2::int
), taken as materialized (
  delete from actrail.inbox
  where n >= (select lowest from bound) and n <= (select highest from bound)
  returning n, batch
), parsed as materialized (
  select t.n, e.* from taken t
  cross join lateral rows from (json_to_recordset(t.batch) as (v smallint, ${payload})) with ordinality as e
)`

// The last select makes both heads move, and says what happened.
const answer = `
select (select count(*) from taken)::int as batches,
       (select count(*) from parsed)::int as events,
       (select count(*) from stored)::int as stored,
       (select first_index from head) as first_index,
       (select next_index from head) as next_index,
       (select highest from bound) as last_batch,
       (select coalesce(sum(events), 0) from queue where n > (select highest from bound))::int as waiting,
       (select pg_notify($4, next_index::text) from head) as notified`

/**
 * The sequencer's one statement: takes the oldest batches off the inbox, numbers their events and writes them into the
 * open shard. Events that are stored already are dropped; of several copies in one step a known outcome wins over an
 * unknown one, then the first to arrive.
 *
 * $1 = events and $2 = bytes after which no further batch is taken, $3 = the oldest id that the named shards can answer
 * for, $4 = channel to notify, $5 = the only batch to take, or null, $6 = the lowest batch to take.
 * Answers one row: batches, events, stored, first_index, next_index, last_batch (the highest taken), waiting (events of
 * batches left behind).
 * Fails with ACT01 when another shard is open or another process has stepped meanwhile, ACT02 when an id is older than $3
 * (it is in the error's detail).
 */
export function sequenceStep({ open, lookBack }: NamedShards): string {
  const shards = [open, ...lookBack]
  return `${takeBatches}, fresh as materialized (
  select distinct on (p.id) p.id, p.n, p.ordinality, p.workspace_id from parsed p
${shards.map(lookUp).join('\n')}
  where ${shards.map((shard) => `s${shard}.stored is null`).join(' and ')}
  order by p.id, p.result = 'unknown', p.n, p.ordinality
), ${number(open)}, stored as (
  insert into actrail.event_${open} (shard, log_index, workspace_seq, version, ${names})
  select ${open}, f.log_index, f.workspace_seq, coalesce(p.v, 1), ${values}
  from parsed p join placed f on f.n = p.n and f.ordinality = p.ordinality
  returning 1
)${answer}`
}

// Where each fresh event stands, in the log and in its workspace. Only what is needed for that goes through its sorts and
// joins: copying whole events from one to the next took a tenth of the step. A workspace's newest event tells how far it
// is: a counter of its own would leave a dead row a step, and a dump that runs elsewhere keeps all of them in the way.
function number(open: number): string {
  return `ends as materialized (
  select workspace_id, (
    select e.workspace_seq from actrail.event_${open} e where e.workspace_id = w.workspace_id order by e.workspace_seq desc limit 1
  ) as last_seq
  from (select distinct workspace_id from fresh) as w
), firsts as materialized (
  select workspace_id, coalesce(last_seq + 1, actrail.next_seq(workspace_id)) as first_seq, last_seq is null as is_new from ends
), head as materialized (
  update actrail.log_head h set next_index = h.next_index + c.n
  from (select count(*) as n, (select id from fresh order by id limit 1) as oldest from fresh) as c
  where c.n > 0 and actrail.expect_head(h.shard, ${open}, h.next_index, (select next_index from actrail.log_head))
    and actrail.expect_id(c.oldest, $3::uuid)
  returning next_index - c.n as first_index, next_index
), spread as (
  insert into actrail.workspace_shard (workspace_id, shard, first_seq)
  select workspace_id, ${open}, first_seq from firsts where is_new
), placed as materialized (
  select f.n, f.ordinality, head.first_index - 1 + row_number() over (order by f.n, f.ordinality) as log_index,
         w.first_seq - 1 + row_number() over (partition by f.workspace_id order by f.n, f.ordinality) as workspace_seq
  from fresh f join firsts w using (workspace_id) cross join head
)`
}

// One such line for each shard that may hold the id. 'not exists' would let the planner scan the shard.
function lookUp(shard: number): string {
  return `  left join lateral (select true as stored from actrail.event_${shard} v where v.id = p.id limit 1) s${shard} on true`
}

/** How many events wait in the inbox, as far as the next step could take them. $1 = events of a step, $2 = the lowest batch. */
export const probeInbox = `
select coalesce(sum(events), 0)::int as waiting
from (select events from actrail.inbox where n >= $2::bigint order by n limit $1) as oldest`
