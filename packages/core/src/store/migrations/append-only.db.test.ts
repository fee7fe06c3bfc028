import { Client } from 'pg'
import { POSTGRES_VERSIONS } from '../../../../../test/db/binaries'
import { createDatabase, type TestDatabase } from '../../../../../test/db/databases'
import { openStore } from '../store'

describe.each(POSTGRES_VERSIONS)('what is recorded, on Postgres %s', (version) => {
  let database: TestDatabase
  let superuser: Client

  beforeAll(async () => {
    database = await createDatabase({ version })
    const store = await openStore({ database: database.url })
    await store.database.query('select actrail.create_shard(1), actrail.attach_shard(1)')
    await store.database.query('select actrail.create_shard(2)') // a table beside the log
    await store.stop()
    superuser = new Client({ connectionString: database.url })
    superuser.on('error', () => {})
    await superuser.connect()
    for (const shard of [0, 1])
      await superuser.query(`
      insert into actrail.event (shard, log_index, workspace_seq, occurred_at, id, version, workspace_id, action, verb, result, source, leaf_hash)
      values (${shard}, ${shard}, ${shard}, now(), gen_random_uuid(), 1, 'w', 'a', 'A', 'success', 'record', '\\x00')`)
    await superuser.query(`insert into actrail.quarantine (event, reason) values ('e', 'r')`)
    await superuser.query(`insert into actrail.inbox (events, batch) values (1, '[]')`)
    await superuser.query(
      `insert into actrail.workspace_shard (workspace_id, shard, first_seq) values ('w', 0, 0), ('w', 1, 1)`,
    )
    await superuser.query(`update actrail.log_head set next_index = 5`)
  })
  afterAll(async () => {
    await superuser.end()
    await database.drop()
  })

  it.each([
    ...['event', 'event_0', 'event_1'].flatMap((log) => [
      `update actrail.${log} set action = 'b'`,
      `delete from actrail.${log}`,
      `truncate actrail.${log}`,
    ]),
    'truncate actrail.event_2',
    'truncate actrail.event_1, actrail.event_0',
    `insert into actrail.event_0 select * from actrail.event_0 on conflict (shard, log_index) do update set action = 'b'`,
    `update actrail.event set shard = 1`,
    `update actrail.trail set id = gen_random_uuid()`,
    `delete from actrail.trail`,
    `truncate actrail.trail`,
    `update actrail.quarantine set event = ''`,
    `truncate actrail.quarantine`,
    `update actrail.inbox set batch = '[]'`,
    `update actrail.log_head set next_index = 4`,
    `delete from actrail.log_head`,
    `update actrail.workspace_shard set first_seq = 1`,
    `delete from actrail.workspace_shard`,
    `truncate actrail.workspace_shard`,
  ])('stays as it is, also for a superuser and as a replica: %s', async (sql) => {
    for (const role of ['origin', 'replica', 'local']) {
      await superuser.query(`set session_replication_role = ${role}`)
      await expect(superuser.query(sql)).rejects.toMatchObject({ code: 'ACT03' })
    }
  })

  it('grows, and its head moves on', async () => {
    await superuser.query(`update actrail.log_head set next_index = 6`)
    await superuser.query(`insert into actrail.workspace_shard (workspace_id, shard, first_seq) values ('v', 1, 0)`)
  })
})
