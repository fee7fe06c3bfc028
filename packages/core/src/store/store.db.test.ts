import { types } from 'pg'
import { DataSource } from 'typeorm'
import { createDatabase, type TestDatabase } from '../../../../test/db/databases'
import { USER_WITH_PASSWORD } from '../../../../test/db/server'
import { COLUMNS } from './entities/columns'
import { entitiesFor } from './entities/entities'
import { openStore } from './store'

let database: TestDatabase
beforeEach(async () => {
  database = await createDatabase()
})
afterEach(() => database.drop())

const as = (change: (url: URL) => void): string => {
  const url = new URL(database.url)
  change(url)
  return url.href
}

describe('opening the store', () => {
  it('is safe for ten processes at once, also when the schema is not there yet', async () => {
    const stores = await Promise.all(
      Array.from({ length: 10 }, () => openStore({ database: database.url, poolSize: 1, schema: 'audit' })),
    )
    expect(new Set(stores.map((each) => each.trailId)).size).toBe(1)
    await Promise.all(stores.map((each) => each.stop()))
  })

  it('finds everything in place the second time, without the right to create', async () => {
    const first = await openStore({ database: database.url })
    await first.database.query('create role guest login')
    await first.database.query('grant usage on schema actrail to guest')
    await first.database.query('grant select, insert on all tables in schema actrail to guest')
    const second = await openStore({ database: as((url) => (url.username = 'guest')), sequencer: false })
    expect(second.trailId).toBe(first.trailId)
    await second.database.query('select 1')
    await second.stop()
    await first.database.query('drop owned by guest')
    await first.database.query('drop role guest')
    await first.stop()
  })

  it('makes entities that say of each column what the database says', async () => {
    const store = await openStore({ database: database.url })
    const rows = await store.database.query<{ line: string }>(`
      select table_name || '.' || column_name || ' ' || case data_type when 'ARRAY' then udt_name else data_type end || case when is_nullable = 'YES' then '?' else '' end as line
      from information_schema.columns where table_schema = 'actrail' and table_name !~ '^event_|^migration$' order by 1`)
    const long: Record<string, string> = {
      int: 'integer',
      timestamptz: 'timestamp with time zone',
      'int[]': '_int4',
      'bigint[]': '_int8',
    }
    const lines = Object.entries(COLUMNS).flatMap(([table, columns]) =>
      Object.entries(columns).map(([name, type]) => {
        const plain = type.replace(/[*?]/, '')
        return `${table}.${name} ${long[plain] ?? plain}${type.endsWith('?') ? '?' : ''}`
      }),
    )
    expect(rows.map((row) => row.line)).toEqual(lines.sort())
    await store.stop()
  })

  it('compares the text of its indexes by bytes, whatever language the database speaks', async () => {
    const store = await openStore({ database: database.url })
    const rows = await store.database.query(`
      select c.relname, a.attname from pg_index i join pg_class c on c.oid = i.indexrelid
      join pg_attribute a on a.attrelid = i.indexrelid
      where c.relnamespace = 'actrail'::regnamespace and c.relname ~ '^(event|rollup|workspace)_'
        and a.atttypid = 'text'::regtype and a.attcollation <> '"C"'::regcollation`)
    expect(rows).toEqual([])
    await store.stop()
  })

  it("leaves the host's migration:generate nothing to do", async () => {
    const store = await openStore({ database: database.url })
    const host = new DataSource({ type: 'postgres', url: database.url, entities: entitiesFor('actrail') })
    await host.initialize()
    const { upQueries } = await host.driver.createSchemaBuilder().log()
    expect(upQueries.map((each) => each.query)).toEqual([])
    await host.destroy()
    await store.stop()
  })

  it("copies the host's options, and uses neither its pool nor its parsers", async () => {
    types.setTypeParser(20, () => 'parsed by the host')
    const host = await new DataSource({ type: 'postgres', url: database.url, poolSize: 1 }).initialize()
    const runner = host.createQueryRunner()
    await runner.connect() // the host's only connection is taken
    const store = await openStore({ database: host })
    expect(await store.database.query('select 7::bigint as n')).toEqual([{ n: 7 }])
    await store.stop()
    await runner.release()
    expect(await host.query('select 7::bigint as n')).toEqual([{ n: 'parsed by the host' }])
    await host.destroy()
    types.setTypeParser(20, String)
  })
})

describe('a store that cannot be opened', () => {
  const refused = (url: string): Promise<{ code: string; message: string }> =>
    openStore({ database: url }).then(
      () => Promise.reject(new Error('it opened')),
      (error: unknown) => error as { code: string; message: string },
    )

  it('says that no server answers, and at which address', async () => {
    const { code, message } = await refused('postgres://me:secret@127.0.0.1:1/app')
    expect(code).toBe('ERR_STORE_UNREACHABLE')
    expect(message).toContain('127.0.0.1:1/app')
    expect(message).not.toContain('secret')
  })

  it('says that the user is unknown', async () => {
    expect(await refused(as((url) => (url.username = 'nobody_here')))).toMatchObject({ code: 'ERR_STORE_CREDENTIALS' })
  })

  it('says that the password is wrong, and shows neither', async () => {
    const admin = await new DataSource({ type: 'postgres', url: database.url }).initialize()
    await admin.query(`create role ${USER_WITH_PASSWORD} login password 'the right one'`)
    const wrong = as((url) => Object.assign(url, { username: USER_WITH_PASSWORD, password: 'the wrong one' }))
    const { code, message } = await refused(wrong)
    await admin.query(`drop role ${USER_WITH_PASSWORD}`)
    await admin.destroy()
    expect(code).toBe('ERR_STORE_CREDENTIALS')
    expect(message).not.toMatch(/right one|wrong one/)
  })

  it('says that the database is missing', async () => {
    expect(await refused(as((url) => (url.pathname = '/not_there')))).toMatchObject({ code: 'ERR_STORE_MISSING' })
  })

  it('says which right is missing, and how to give it', async () => {
    const admin = await new DataSource({ type: 'postgres', url: database.url }).initialize()
    const role = `guest_${database.name}`
    await admin.query(`create role ${role} login`)
    const { code, message } = await refused(as((url) => (url.username = role)))
    expect(code).toBe('ERR_STORE_RIGHTS')
    expect(message).toContain(`grant create on database "${database.name}" to "${role}"`)
    await admin.query(`drop role ${role}`)
    await admin.destroy()
  })
})

describe('the pool', () => {
  it('survives that the server ends its connections, and hears no error that nobody expects', async () => {
    const store = await openStore({ database: database.url })
    const asleep = store.database.query('select pg_sleep(20)')
    const others = `select count(pg_terminate_backend(pid)) from pg_stat_activity
      where datname = current_database() and application_name = 'actrail' and pid <> pg_backend_pid()`
    const ended = expect(asleep).rejects.toThrow(/terminat/)
    await store.database.query(others)
    await ended
    expect(await store.database.query('select 1 as n')).toEqual([{ n: 1 }])
    await store.stop()
    await store.stop()
  })

  it('rolls a transaction back and keeps the connection', async () => {
    const store = await openStore({ database: database.url, poolSize: 1 })
    const failing = store.database.transaction(async (queries) => {
      await queries.query(`insert into actrail.quarantine (event, reason) values ('e', 'r')`)
      await queries.query('select 1 / 0')
    })
    await expect(failing).rejects.toThrow(/division by zero/)
    expect(await store.status()).toMatchObject({ quarantinedEvents: 0 })
    await store.stop()
  })
})
