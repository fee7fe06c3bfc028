import { Client } from 'pg'
import { createDatabase, serverUrl } from './databases'
import { POSTGRES_VERSIONS } from './binaries'

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

describe('databases for tests', () => {
  it.each(POSTGRES_VERSIONS)('come from a real PostgreSQL %s', async (version) => {
    const database = await createDatabase({ version })
    const [row] = await query(database.url, 'show server_version')
    expect(row?.server_version).toMatch(new RegExp(`^${version}\\.`))
    await database.drop()
  })

  it('are copies of a template that is filled once', async () => {
    const template = jest.fn(async (url: string) => {
      await query(url, 'create table t as select 1 as n')
    })
    const [one, two] = [await createDatabase({ template }), await createDatabase({ template })]
    await query(one.url, 'update t set n = 2')
    expect(await query(two.url, 'select n from t')).toEqual([{ n: 1 }])
    expect(template).toHaveBeenCalledTimes(1)
    await Promise.all([one.drop(), two.drop()])
  })

  it('are gone after drop, also with connections open', async () => {
    const database = await createDatabase()
    const client = new Client({ connectionString: database.url })
    client.on('error', () => {})
    await client.connect()
    await database.drop()
    const rows = await query(await serverUrl(18), `select 1 from pg_database where datname = '${database.name}'`)
    expect(rows).toEqual([])
  })
})
