import { Client } from 'pg'
import { openStore, type Store } from '../../packages/core/src/store/store'

/** The workspace that holds all events of the fixture. */
export const WORKSPACE = 'ws_1'
/** When the first event happened; the others follow evenly over {@link SPAN_MS}, with a day of silence in the middle. */
export const BEGIN_MS = Date.UTC(2025, 0, 1)
/** How long events happened, in milliseconds, without that day. */
export const SPAN_MS = 60 * 86_400_000

/** A database with one workspace of `events` events, spread evenly over `shards` shards. */
export interface Fixture {
  readonly events: number
  readonly shards: number
}

/** A new database on a server, filled by {@link fillLog}; answers its URL. */
export async function createFilledDatabase(server: string, fixture: Fixture): Promise<string> {
  const name = `page_${fixture.shards}`
  const client = new Client({ connectionString: server })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  const url = new URL(server)
  url.pathname = `/${name}`
  await fillLog(url.href, fixture)
  return url.href
}

/**
 * Fills a new database by bulk inserts into the log's own tables, as the sequencer would have left them, and brings the
 * rollups up to date by their own statement. `insert` is the SQL that makes the events of a slice.
 */
export async function fillLog(url: string, { events, shards }: Fixture, insert = insertSlice): Promise<void> {
  const store = await openStore({ database: url, poolSize: 1 })
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query(
      `set synchronous_commit = off; set maintenance_work_mem = '256MB'; set work_mem = '256MB'; set max_parallel_maintenance_workers = 0`,
    )
    for (let shard = 0; shard < shards; shard++) {
      const first = Math.floor((events * shard) / shards)
      const last = Math.floor((events * (shard + 1)) / shards) - 1
      await fillShard(client, { shard, first, last, events }, insert)
    }
    await closeLog(client, { events, shards })
    await rollUp(store)
    await client.query('vacuum (analyze)')
    await client.query('checkpoint') // or the pages that are read next would first wait for those to be written
  } finally {
    await client.end()
    await store.stop()
  }
}

/** A part of a log of `events` events that becomes one shard; `first` and `last` are places. */
export /** A stretch of the log: one shard, and all events that there are to be. */
interface Slice {
  readonly shard: number
  readonly first: number
  readonly last: number
  readonly events: number
}

/**
 * Makes and fills one shard, closed; the next one after those that there are. Without its indexes while it is filled: they
 * are made afterwards as the migration defined them.
 */
export async function fillShard(client: Client, slice: Slice, insert = insertSlice): Promise<void> {
  const { shard, first, last } = slice
  if (shard > 0) await client.query('select actrail.create_shard($1)', [shard])
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
     from pg_index i where i.indrelid = $1::regclass and not i.indisprimary`,
    [`actrail.event_${shard}`],
  )
  for (const { name } of indexes) await client.query(`drop index ${name}`)
  await client.query(insert(slice))
  for (const { definition } of indexes) await client.query(definition)
  if (shard > 0) await client.query('select actrail.attach_shard($1)', [shard])
  await client.query(
    `update actrail.shard set state = 'closed', first_index = $2, last_index = $3, opened_at = to_timestamp($4 / 1000.0), closed_at = to_timestamp($5 / 1000.0) where shard = $1`,
    [shard, first, last, timeOf(first, slice.events), timeOf(last, slice.events)],
  )
  await client.query('insert into actrail.workspace_shard (workspace_id, shard, first_seq) values ($1, $2, $3)', [
    WORKSPACE,
    shard,
    first,
  ])
}

const timeOf = (at: number, events: number): number => BEGIN_MS + Math.floor((SPAN_MS * at) / events)

// h spreads: any two columns taken from different parts of it are independent of each other.
function insertSlice({ shard, first, last, events }: Slice): string {
  return `
insert into actrail.event_${shard} (shard, log_index, workspace_seq, version, id, occurred_at, recorded_at, workspace_id, actor_type, actor_id, actor_email,
  action, verb, resource_type, resource_id, resource_name, issue_id, project, result, status_code, ip, user_agent, request_id, source, duration_us, context, details, leaf_hash)
select ${shard}, i, i, 1, (lpad(to_hex(ms), 12, '0') || '7' || lpad(to_hex(i >> 24), 3, '0') || '8' || lpad(to_hex(h & 4095), 3, '0') || lpad(to_hex(i), 12, '0'))::uuid,
  to_timestamp(ms / 1000) + (ms % 1000) * interval '1 millisecond', to_timestamp(ms / 1000), '${WORKSPACE}',
  case when actor % 20 = 0 then 'agent' else 'user' end, 'user_' || actor, 'user' || actor || '@example.com',
  action, case when action = 'auth.login' and result <> 'success' then 'LOGIN_FAILED' else rtrim(upper(split_part(action, '.', 2)), 'D') end,
  split_part(action, '.', 1), 'res_' || (h >> 5) % 20000, 'Resource ' || (h >> 5) % 20000, case when action like 'issue.%' then 'issue_' || (h >> 6) % 5000 end,
  'project_' || project, result, 200, ('10.0.' || (h >> 3) % 4 || '.' || (h >> 11) % 250)::inet,
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36', 'req-' || h, 'http', 1000 + h % 100000,
  '{"route": "/api/issues/:id", "method": "POST"}', '{"note": "a few words to read", "n": 12}', decode(lpad(to_hex(h), 64, '0'), 'hex')
from (
  select i, h, ms, (h >> 9) % 500 as actor,
    case when (h >> 13) % 33 = 0 then 'failure' when (h >> 13) % 97 = 0 then 'denied' else 'success' end as result,
    -- user_7 never creates an environment, and files are read in all projects but the ninth
    case when (h >> 9) % 500 = 7 and act = 'env.create' then 'env.update' else act end as action,
    case when act = 'file.read' and (h >> 17) % 10 = 9 then 8 else (h >> 17) % 10 end as project
  from (
    select i, h, ${BEGIN_MS} + (i * ${SPAN_MS}::numeric / ${events})::bigint + case when i * 2 >= ${events} then 86400000 else 0 end as ms,
      (array['issue.created', 'issue.updated', 'issue.read', 'issue.list', 'issue.deleted', 'env.create', 'env.update', 'env.read', 'member.invite',
        'auth.login', 'project.create', 'project.update', 'comment.create', 'comment.list', 'file.read'])[1 + h % 15] as act
    from (select i, hashint8extended(i, 1) & 9007199254740991 as h from generate_series(${first}::bigint, ${last}::bigint) as i) as numbers
  ) as drawn
) as events order by i`
}

/** Opens the last shard and sets the head to the end of a log whose shards are filled. */
export async function closeLog(client: Client, { events, shards }: Fixture): Promise<void> {
  await client.query(`update actrail.shard set state = 'open', last_index = null, closed_at = null where shard = $1`, [
    shards - 1,
  ])
  await client.query('update actrail.log_head set shard = $1, next_index = $2', [shards - 1, events])
}

async function rollUp({ rollups }: Store): Promise<void> {
  while ((await rollups.rollUp()) > 0);
}
