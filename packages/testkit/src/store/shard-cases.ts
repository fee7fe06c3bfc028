import assert from 'node:assert/strict'
import { batchOf, eventText, idAt } from './events'
import { assertContiguous, sequenceAll, withSession } from './log'
import type { StoreCase } from './store-case'

const DAY_MS = 24 * 3_600_000
const calendar = { months: 0 }

/** How the log goes on from shard to shard, and what is derived from it. */
export const shardCases: readonly StoreCase[] = [
  {
    name: 'goes on without a gap from shard to shard',
    options: { shardEvents: 25 },
    async check({ store }) {
      for (let i = 0; i < 40; i++) await store.append(...batchOf(eventText(), eventText({ workspace_id: `w${i % 3}` })))
      await withSession(store, (session) => sequenceAll(session, 10))
      const log = await assertContiguous(store)
      assert.equal(log.length, 80)
      const shards = await store.database.query<{ shard: number; first_index: number; last_index: number | null }>(
        `select shard, first_index, last_index from actrail.shard where state in ('open', 'closed') order by shard`,
      )
      assert.ok(shards.length >= 3, `${shards.length} shards`)
      for (const { shard, first_index, last_index } of shards) {
        const places = log.filter((entry) => entry.shard === shard).map((entry) => entry.log_index)
        if (places.length > 0) assert.equal(places[0], first_index, `first index of shard ${shard}`)
        if (last_index !== null) assert.equal(places.at(-1), last_index, `last index of shard ${shard}`)
      }
    },
  },
  {
    name: 'knows in which shards a workspace has events',
    options: { shardEvents: 10 },
    async check({ store }) {
      for (let i = 0; i < 30; i++)
        await store.append(...batchOf(eventText({ workspace_id: i % 10 < 3 ? 'some' : 'most' })))
      await withSession(store, (session) => sequenceAll(session, 5))
      const told = await store.database.query(
        'select workspace_id, shard, first_seq from actrail.workspace_shard order by workspace_id, shard',
      )
      const found = await store.database.query(
        'select workspace_id, shard, min(workspace_seq) as first_seq from actrail.event group by 1, 2 order by 1, 2',
      )
      assert.deepEqual(told, found)
    },
  },
  {
    name: 'finds an id again in the shards before',
    options: { shardEvents: 5 },
    async check({ store }) {
      const ids = Array.from({ length: 30 }, () => idAt(Date.now()))
      await withSession(store, async (session) => {
        for (const id of [...ids, ...ids]) {
          await store.append(...batchOf(eventText({ id })))
          await sequenceAll(session)
        }
      })
      assert.equal((await assertContiguous(store)).length, ids.length)
    },
  },
  {
    name: 'finds an id again that arrives weeks late',
    options: { shardEvents: 5, now: () => Date.now() + 40 * DAY_MS },
    async check({ store }) {
      // by the sequencer's clock all these ids, and the shards that hold them, are older than what it looks back on
      const ids = Array.from({ length: 20 }, () => idAt(Date.now()))
      await withSession(store, async (session) => {
        for (const id of ids) {
          await store.append(...batchOf(eventText({ id })))
          await sequenceAll(session)
        }
      })
      await withSession(store, async (session) => {
        await store.append(...batchOf(...ids.map((id) => eventText({ id })), eventText()))
        assert.equal(await sequenceAll(session), 1)
      })
      assert.equal((await assertContiguous(store)).length, ids.length + 1)
    },
  },
  {
    name: 'opens a shard for each month',
    options: { now: () => Date.now() + calendar.months * 31 * DAY_MS },
    async check({ store }) {
      await withSession(store, async (session) => {
        for (calendar.months = 0; calendar.months < 2; calendar.months++) {
          await store.append(...batchOf(eventText(), eventText()))
          await sequenceAll(session)
        }
      })
      const log = await assertContiguous(store)
      assert.deepEqual(
        log.map((entry) => entry.shard),
        [0, 0, 1, 1],
      )
    },
  },
  {
    name: 'adds each event to the rollups once, whoever adds them',
    options: { shardEvents: 30 },
    async check({ store }) {
      const quarter = 15 * 60_000
      for (let i = 0; i < 60; i++) {
        const part = { occurred_at: Math.floor(i / 7) * quarter + i, action: `a.${i % 3}`, workspace_id: `w${i % 2}` }
        await store.append(...batchOf(eventText({ ...part, actor_id: `u${i % 4}`, actor_type: 'user' })))
      }
      await withSession(store, (session) => sequenceAll(session, 7))
      const all = async (): Promise<void> => {
        while ((await store.rollups.rollUp(11)) > 0);
      }
      await Promise.all([all(), all(), all()])
      await all()
      await assertRollups(store)
    },
  },
]

async function assertRollups({ database }: { database: { query(sql: string): Promise<unknown[]> } }): Promise<void> {
  const same = async (rollup: string, log: string): Promise<void> => {
    const [told, found] = await Promise.all([database.query(rollup), database.query(log)])
    assert.ok(found.length > 0)
    assert.deepEqual(told, found)
  }
  const figures =
    'count(*) as events, min(workspace_seq) as first_seq, max(workspace_seq) as last_seq from actrail.event'
  await same(
    'select workspace_id, quarter, action, result, events, first_seq, last_seq from actrail.rollup_quarter order by 1, 2, 3, 4',
    `select workspace_id, date_bin('15 minutes', occurred_at, 'epoch') as quarter, action, result, ${figures} group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
  )
  await same(
    'select workspace_id, action, verb, result, actor_type, resource_type, events, first_seq, last_seq from actrail.rollup_kind order by 1, 2, 3, 4, 5, 6',
    `select workspace_id, action, verb, result, coalesce(actor_type, '') as actor_type, coalesce(resource_type, '') as resource_type, ${figures} group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6`,
  )
  await same(
    'select workspace_id, day, actor_id, events, first_seq, last_seq from actrail.rollup_actor_day order by 1, 2, 3',
    `select workspace_id, (occurred_at at time zone 'UTC')::date as day, actor_id, ${figures} group by 1, 2, 3 order by 1, 2, 3`,
  )
  await same(
    'select workspace_id, next_seq from actrail.rollup_head order by 1',
    'select workspace_id, max(workspace_seq) + 1 as next_seq from actrail.event group by 1 order by 1',
  )
}
