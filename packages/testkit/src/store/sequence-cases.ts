import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { SequenceSession, Store } from '@actrail/core'
import { batchOf, eventText, idAt } from './events'
import { assertContiguous, readLog, sequenceAll, withSession } from './log'
import type { StoreCase } from './store-case'

const anId = (): string => idAt(Date.now())

/** How the inbox becomes the log. */
export const sequenceCases: readonly StoreCase[] = [
  {
    name: 'numbers batches in the order of the inbox, each workspace for itself',
    async check({ store }) {
      const ids = Array.from({ length: 300 }, anId)
      for (let i = 0; i < ids.length; i += 3) {
        const texts = ids.slice(i, i + 3).map((id, nth) => eventText({ id, workspace_id: `w${(i + nth * nth) % 7}` }))
        await store.append(...batchOf(...texts))
      }
      await withSession(store, (session) => sequenceAll(session, 40))
      const log = await assertContiguous(store)
      assert.deepEqual(
        log.map((entry) => entry.id),
        ids,
      )
    },
  },
  {
    name: 'takes two thousand workspaces in one step',
    async check({ store }) {
      const texts = Array.from({ length: 2_000 }, (_, i) => eventText({ workspace_id: `w${i}` }))
      await store.append(...batchOf(...texts, ...texts.map((_, i) => eventText({ workspace_id: `w${i}` }))))
      await withSession(store, (session) => session.step())
      assert.equal((await assertContiguous(store)).length, 4_000)
    },
  },
  {
    name: 'stores an id once: within a batch, across batches and across steps',
    async check({ store }) {
      const [a, b] = [anId(), anId()]
      await store.append(...batchOf(eventText({ id: a }), eventText({ id: a }), eventText()))
      await store.append(...batchOf(eventText({ id: b }), eventText({ id: a })))
      await withSession(store, async (session) => {
        assert.equal(await sequenceAll(session), 3)
        await store.append(...batchOf(eventText({ id: b }), eventText({ id: a })))
        await store.append(...batchOf(eventText()))
        assert.equal(await sequenceAll(session), 1)
      })
      assert.equal((await assertContiguous(store)).length, 4)
    },
  },
  {
    name: 'prefers a known outcome to an unknown one, then the first',
    async check({ store }) {
      const [a, b] = [anId(), anId()]
      await store.append(...batchOf(eventText({ id: a, result: 'unknown' }), eventText({ id: b, result: 'denied' })))
      await store.append(...batchOf(eventText({ id: a, result: 'failure' }), eventText({ id: b, result: 'unknown' })))
      await store.append(...batchOf(eventText({ id: a, result: 'success' })))
      await withSession(store, sequenceAll)
      const results = new Map((await assertContiguous(store)).map((entry) => [entry.id, entry.result]))
      assert.deepEqual(
        results,
        new Map([
          [a, 'failure'],
          [b, 'denied'],
        ]),
      )
    },
  },
  {
    name: 'puts aside each event that the log refuses, and keeps its neighbours in their order',
    async check({ store }) {
      const good = Array.from({ length: 60 }, anId)
      const texts = good.map((id) => eventText({ id }))
      POISON.forEach((part, i) => texts.splice(5 + i * 9, 0, eventText(part)))
      await store.append(...batchOf(...texts))
      await store.append(...batchOf(eventText()))
      const quarantined = await withSession(store, sequenceAllApart)
      assert.equal(quarantined, POISON.length)
      const log = await assertContiguous(store)
      assert.deepEqual(
        log.slice(0, good.length).map((entry) => entry.id),
        good,
      )
      const rows = await store.database.query<{ event: string; reason: string }>(
        'select event, reason from actrail.quarantine',
      )
      for (const row of rows) assert.match(row.reason, /^\d{2}[0-9A-Z]{3} ./)
      assert.equal(new Set(rows.map((row) => row.event)).size, POISON.length)
    },
  },
  {
    name: 'puts aside a batch that is no list of events',
    async check({ store }) {
      await store.append(Buffer.from('{"not":"a list"}'), 1)
      await store.append(...batchOf(eventText()))
      assert.equal(await withSession(store, sequenceAllApart), 1)
      assert.equal((await readLog(store)).length, 1)
    },
  },
  {
    name: 'stays correct with two sequencers at once',
    async check({ store }) {
      const ids = Array.from({ length: 400 }, anId)
      for (let i = 0; i < 200; i++) {
        const texts = [0, 1, 2, 3].map((j) =>
          eventText({ id: ids[(i * 3 + j) % ids.length], workspace_id: `w${i % 5}` }),
        )
        await store.append(...batchOf(...texts))
      }
      await Promise.all([race(store), race(store)])
      assert.equal((await assertContiguous(store)).length, ids.length)
    },
  },
  {
    name: 'tells of each step, and when the inbox is drained',
    async check({ store }) {
      const heard: number[] = []
      const silence = store.onSequenced((nextIndex) => heard.push(nextIndex))
      await store.drained()
      await store.append(...batchOf(eventText(), eventText()))
      const drained = store.drained()
      await withSession(store, sequenceAll)
      await drained
      silence()
      assert.ok(heard.length > 0 && heard.every((nextIndex) => nextIndex === 2), `heard ${heard.join(', ')}`)
    },
  },
]

const POISON: readonly Record<string, unknown>[] = [
  { details: { text: 'a\0b' } },
  { id: 'no-uuid' },
  { action: null },
  { result: 'perhaps' },
  { resource_id: randomBytes(20_000).toString('base64') },
  { status_code: 1e9 },
]

/** As the leader does: smaller steps after a failure, and at the smallest the batch is taken apart. */
async function sequenceAllApart(session: SequenceSession): Promise<number> {
  let quarantined = 0
  while ((await session.probe()) > 0) {
    const failed = await session.step({ events: 1, bytes: 1 }).then(
      () => false,
      () => true,
    )
    if (failed) quarantined += (await session.takeApart()).quarantined
  }
  return quarantined
}

// A step that loses the race fails on a number that is taken, or on a deadlock, and is done again.
async function race(store: Store): Promise<void> {
  await withSession(store, async (session) => {
    for (let failures = 0; failures < 200;) {
      try {
        if ((await session.probe()) === 0) return
        await session.step({ events: 12, bytes: 1 << 20 })
      } catch (error) {
        if (store.isDataError(error)) throw error
        failures++
      }
    }
    throw new Error('the race did not end')
  })
}
