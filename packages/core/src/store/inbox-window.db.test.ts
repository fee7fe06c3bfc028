import { Client } from 'pg'
import { createDatabase, type TestDatabase } from '../../../../test/db/databases'
import { batch } from '../../../../test/store/open-with-roles'
import type { SequenceSession } from './sequence-session'
import { openStore, type Store } from './store'

let database: TestDatabase
let store: Store
let session: SequenceSession
let late: Client

beforeEach(async () => {
  database = await createDatabase()
  store = await openStore({ database: database.url })
  session = await store.sequence.connect()
  late = new Client({ connectionString: database.url })
  late.on('error', () => {})
  await late.connect()
})
afterEach(async () => {
  await late.end()
  await session.close()
  await store.stop()
  await database.drop()
})

const stepped = async (): Promise<number> => ((await session.probe()) > 0 ? (await session.step()).stored : 0)

async function appendLate(n: number): Promise<void> {
  await late.query('begin')
  await late.query('insert into actrail.inbox (events, batch) values (1, $1)', [batch(n, 'w').toString()])
}

it('takes a batch whose transaction took its number first and ended last', async () => {
  await appendLate(1)
  await store.append(batch(2, 'w'), 1)
  expect(await stepped()).toBe(1)
  expect(await stepped()).toBe(0)
  await late.query('commit')
  expect(await stepped()).toBe(1)
})

it('takes such a batch also while others keep coming', async () => {
  await appendLate(1)
  await store.append(batch(2, 'w'), 1)
  expect(await stepped()).toBe(1)
  await late.query('commit')
  let stored = 0
  for (let steps = 1; steps <= 9; steps++) {
    await store.append(batch(steps + 2, 'w'), 1)
    stored += await stepped()
  }
  expect(stored).toBe(10)
})
