import { Client } from 'pg'
import { createDatabase, type TestDatabase } from '../../../../test/db/databases'
import { openStore, type Store } from './store'
import type { SequenceSession } from './sequence-log'

describe('opening a shard', () => {
  let database: TestDatabase
  let store: Store
  let session: SequenceSession

  beforeEach(async () => {
    database = await createDatabase()
    store = await openStore({ database: database.url, shardEvents: 4 })
    session = await store.sequence.connect()
  })
  afterEach(async () => {
    await session.close()
    await store.stop()
    await database.drop()
  })

  let n = 0
  async function sequence(events: number): Promise<void> {
    for (let i = 0; i < events; i++) {
      const id = `01890000-0000-7000-8000-${String(n++).padStart(12, '0')}`
      const event = {
        v: 1,
        id,
        occurred_at: 0,
        workspace_id: 'w',
        action: 'a',
        verb: 'A',
        result: 'success',
        source: 's',
        leaf_hash: '\\x00',
      }
      await store.append(Buffer.from(JSON.stringify([event])), 1)
    }
    await session.step()
  }
  const states = async (): Promise<string[]> =>
    (await store.database.query<{ state: string }>('select state from actrail.shard order by shard')).map(
      (row) => row.state,
    )

  it('makes the next one when three quarters are full, and opens it when it is due', async () => {
    await sequence(2)
    await session.keepShards()
    expect(await states()).toEqual(['open'])
    await sequence(1)
    await session.keepShards()
    expect(await states()).toEqual(['open', 'ahead'])
    await sequence(1)
    await session.keepShards()
    expect(await states()).toEqual(['closed', 'open'])
    const [row] = await store.database.query('select first_index, last_index from actrail.shard where shard = 0')
    expect(row).toEqual({ first_index: 0, last_index: 3 })
  })

  it('gives up soon when somebody holds the whole log, goes on in the open shard and tries again', async () => {
    const holder = new Client({ connectionString: database.url })
    await holder.connect()
    await holder.query('begin; lock table only actrail.event in share mode')
    await sequence(5)
    const began = performance.now()
    await session.keepShards()
    expect(performance.now() - began).toBeLessThan(5_000)
    expect(await states()).toEqual(['open', 'made'])
    await sequence(2)
    await holder.query('rollback')
    await holder.end()
    await session.keepShards()
    expect(await states()).toEqual(['closed', 'open'])
    await sequence(2)
    const rows = await store.database.query('select shard, count(*) as events from actrail.event group by 1 order by 1')
    expect(rows).toEqual([
      { shard: 0, events: 7 },
      { shard: 1, events: 2 },
    ])
  })

  it('lets readers of the whole log read on', async () => {
    const reader = new Client({ connectionString: database.url })
    await reader.connect()
    await reader.query('begin')
    await reader.query('select count(*) from actrail.event')
    await sequence(5)
    await session.keepShards()
    expect(await states()).toEqual(['closed', 'open'])
    await reader.query('commit')
    await reader.end()
  })

  it('is noticed by another sequencer, which had not been told', async () => {
    await sequence(3)
    const other = await store.sequence.connect()
    expect((await other.step()).stored).toBe(0)
    await sequence(1)
    await session.keepShards()
    const id = '01890000-0000-7000-8000-00000000ffff'
    const event = {
      v: 1,
      id,
      occurred_at: 0,
      workspace_id: 'w',
      action: 'a',
      verb: 'A',
      result: 'success',
      source: 's',
      leaf_hash: '\\x00',
    }
    await store.append(Buffer.from(JSON.stringify([event])), 1)
    expect(await other.step()).toMatchObject({ stored: 1, first_index: 4 })
    await other.close()
    expect(await store.database.query('select shard from actrail.event where log_index = 4')).toEqual([{ shard: 1 }])
  })
})
