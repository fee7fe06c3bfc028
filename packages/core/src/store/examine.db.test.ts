import { Client } from 'pg'
import { createDatabase, type TestDatabase } from '../../../../test/db/databases'
import type { Queries } from './database'
import { isPooled } from './examine'
import { openStore } from './store'

let database: TestDatabase
const clients: Client[] = []
beforeEach(async () => {
  database = await createDatabase()
})
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.end()))
  await database.drop()
})

async function connect(): Promise<Client> {
  const client = new Client({ connectionString: database.url })
  clients.push(client)
  await client.connect()
  return client
}

/** A client of a pooler in transaction mode: a server is given to it for a statement, or until its transaction ends. */
function throughPooler(idle: Client[]): Queries {
  let held: Client | undefined
  return {
    query: async <Row>(sql: string) => {
      const server = held ?? idle.pop()
      if (server === undefined) throw new Error('the pooler has no server left')
      if (sql === 'begin') held = server
      const { rows } = await server.query(sql)
      if (sql === 'rollback') held = undefined
      if (held === undefined) idle.push(server)
      return rows as Row[]
    },
  }
}

const direct = (client: Client): Queries => ({
  query: async <Row>(sql: string) => (await client.query(sql)).rows as Row[],
})

it('knows a pooler in transaction mode from connections that last', async () => {
  expect(await isPooled(direct(await connect()), direct(await connect()))).toBe(false)
  const idle = [await connect(), await connect(), await connect()]
  expect(await isPooled(throughPooler(idle), throughPooler(idle))).toBe(true)
  const one = await connect()
  expect(await isPooled(direct(one), direct(one))).toBe(true)
})

it('tells version, clock, durability and migrations of the server', async () => {
  const store = await openStore({ database: database.url })
  const found = await store.examine()
  expect(found).toMatchObject({
    ...{ isStandby: false, isDurable: false, isMigrated: true, hasNewerMigrations: false, isPooled: false },
    serverVersion: expect.stringMatching(/^18\./),
  })
  expect(Math.abs(found.clockAheadMs)).toBeLessThan(2_000)
  await store.database.query(`insert into actrail.migration (timestamp, name) values (1, 'FromTheFuture9999999999999')`)
  expect(await store.examine()).toMatchObject({ isMigrated: true, hasNewerMigrations: true })
  await store.stop()
})
