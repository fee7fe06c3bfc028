import { Client } from 'pg'
import { createDatabase } from '../../../../../test/db/databases'
import { figuresLaw } from '../../../../../test/log/figures-law'
import { ACTIVITY_BEGIN_MS } from '../../../../../test/log/generated-activity'
import { rollUpAll } from '../../../../../test/log/sequence-events'
import { createFigureReader } from '../read/figures'
import { openStore } from '../store'
import { spine } from './spine'

it('upgrades a log with events and rollups of the schema before: counted anew, all of it, and once', async () => {
  const database = await createDatabase()
  const client = new Client({ connectionString: database.url })
  client.on('error', () => {})
  await client.connect()
  await client.query(`create schema actrail; ${spine}`)
  await client.query(
    `create table actrail.migration (id serial primary key, "timestamp" bigint not null, name varchar not null)`,
  )
  await client.query(`insert into actrail.migration ("timestamp", name) values (1763856000000, 'Spine1763856000000')`)
  await client.query(`
    insert into actrail.event_0 (shard, log_index, workspace_seq, occurred_at, id, version, workspace_id, actor_type, actor_id, action, verb, resource_type, resource_id, result, source, leaf_hash)
    select 0, i, i, timestamptz '${new Date(ACTIVITY_BEGIN_MS).toISOString()}' + i * interval '31 minutes', gen_random_uuid(), 1, 'w', 'user', 'a', 'issue.created', 'CREATE', 'issue', i::text, 'success', 'record', '\\x00'
    from generate_series(0, 299) as i`)
  await client.query(`insert into actrail.workspace_shard values ('w', 0, 0)`)
  await client.query(`update actrail.log_head set next_index = 300`)
  // As the rollups stood: part of the log counted, in the shape that they had.
  await client.query(`insert into actrail.rollup_actor_day values ('w', '2024-03-28', 'user', 'a', 200, 0, 199)`)
  await client.query(`insert into actrail.rollup_kind values ('w', 'issue.created', 'CREATE', 'success', 'user', 'issue', 200, 0, 199)`) // prettier-ignore
  await client.query(`insert into actrail.rollup_head values ('w', 200)`)
  await client.query(`update actrail.reader set next_index = 200`)
  await client.end()

  const store = await openStore({ database: database.url })
  const reader = createFigureReader(store.database)
  expect(await reader.figures('w', {})).toEqual({ as_of: 0, behind: 300 })
  await rollUpAll(store)
  expect(await reader.figures('w', {})).toEqual({ as_of: 300, behind: 0 })
  await figuresLaw(store.database, reader, 10)
  expect(await store.read.actorTotals('w', { actorId: 'a' })).toMatchObject({ events: 300, rolledTo: 300 })
  await store.stop()
  await database.drop()
}, 60_000)
