import { Client } from 'pg'
import { createDatabase, type TestDatabase } from '../../../../test/db/databases'
import { migrationsSql } from './migration-script'
import { MIGRATIONS } from './migrations/migrations'
import { openStore } from './store'
import { schemaVersion, upgradeSchema } from './upgrade'

let database: TestDatabase
beforeEach(async () => {
  database = await createDatabase()
})
afterEach(() => database.drop())

async function run(script: string, url = database.url): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(script)
  } finally {
    await client.end()
  }
}

/** Tables, columns, constraints, indexes, triggers and functions, as text. */
async function shape(url: string, schema: string): Promise<string[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ line: string }>(
    `select line from (
       select format('%s.%s %s %s', table_name, column_name, data_type, column_default) from information_schema.columns where table_schema = $1
       union all select format('%s %s', conname, pg_get_constraintdef(oid)) from pg_constraint where connamespace = $1::regnamespace
       union all select indexdef from pg_indexes where schemaname = $1
       union all select pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = t.tgrelid where c.relnamespace = $1::regnamespace
       union all select pg_get_functiondef(oid) from pg_proc where pronamespace = $1::regnamespace
     ) as x (line) order by 1`,
    [schema],
  )
  await client.end()
  return rows.map(({ line }) => line)
}

it.each(['actrail', 'audit'])('the printed script makes the same schema %s as the migrations do', async (schema) => {
  await run(migrationsSql({ schema }))
  const other = await createDatabase()
  await upgradeSchema({ database: other.url, schema })
  expect(await shape(database.url, schema)).toEqual(await shape(other.url, schema))
  await other.drop()
  expect((await schemaVersion({ database: database.url, schema })).pending).toEqual([])
  const store = await openStore({ database: database.url, schema })
  expect((await store.status()).sequencedEvents).toBe(0)
  await store.stop()
})

it('the script changes nothing where the migrations have run', async () => {
  await upgradeSchema({ database: database.url })
  const before = await shape(database.url, 'actrail')
  await expect(run(migrationsSql())).rejects.toThrow(/has run already: print the script anew/)
  expect(await shape(database.url, 'actrail')).toEqual(before)
  const all = MIGRATIONS.map(({ name }) => name)
  await run(migrationsSql({ after: all }))
  expect(await shape(database.url, 'actrail')).toEqual(before)
})

it('asking for the version changes nothing, migrating tells what there was before', async () => {
  const all = MIGRATIONS.map(({ name }) => name)
  const place = { database: database.url }
  expect(await schemaVersion(place)).toMatchObject({ ran: [], pending: all })
  expect(await schemaVersion(place)).toMatchObject({ ran: [], pending: all })
  expect(await upgradeSchema(place)).toMatchObject({ ran: [], pending: all })
  expect(await upgradeSchema(place)).toMatchObject({ ran: all, pending: [] })
})
