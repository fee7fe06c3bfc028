import { DataSource } from 'typeorm'
import { createDatabase, type TestDatabase } from '../../../../test/db/databases'
import { openStore, type Store } from './store'

describe('the store on Postgres', () => {
  let database: TestDatabase
  let store: Store

  beforeEach(async () => {
    database = await createDatabase()
    store = await openStore({ database: database.url })
  })
  afterEach(async () => {
    await store.stop()
    await database.drop()
  })

  it('takes a batch as it is', async () => {
    await store.append(Buffer.from('[{"id":1},{"id":2}]'), 2)
    const rows = await store.database.query('select events, batch::text as text from actrail.inbox')
    expect(rows).toEqual([{ events: 2, text: '[{"id":1},{"id":2}]' }])
  })

  it('opens for ten processes at once', async () => {
    const other = await createDatabase()
    const stores = await Promise.all(Array.from({ length: 10 }, () => openStore({ database: other.url, poolSize: 1 })))
    expect(new Set(stores.map((each) => each.trailId)).size).toBe(1)
    await Promise.all(stores.map((each) => each.stop()))
    await other.drop()
  })

  it("commits and rolls back with the host's transaction", async () => {
    const host = await new DataSource({ type: 'postgres', url: database.url }).initialize()
    await host.transaction((manager) => store.appendIn(manager, '{"id":1}'))
    const undone = host.transaction(async (manager) => {
      await store.appendIn(manager, '{"id":2}')
      throw new Error('no')
    })
    await expect(undone).rejects.toThrow('no')
    const rows = await store.database.query('select batch::text as text from actrail.inbox')
    expect(rows).toEqual([{ text: '[{"id":1}]' }])
    await host.destroy()
  })
})
