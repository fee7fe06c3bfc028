import assert from 'node:assert/strict'
import { batchOf, eventText, idAt } from './events'
import { assertContiguous, readLog, sequenceAll, withSession } from './log'
import type { StoreCase } from './store-case'

/** What goes into the inbox, and by which doors. */
export const inboxCases: readonly StoreCase[] = [
  {
    name: 'keeps each column as it was written',
    async check({ store }) {
      const written = everyColumn()
      await store.append(...batchOf(eventText(written)))
      await withSession(store, sequenceAll)
      const [row] = await store.database.query<Record<string, unknown>>(
        `select e.*, host(e.ip) as ip, (extract(epoch from occurred_at) * 1000)::bigint as occurred_at,
                e.version as v, '\\x' || encode(leaf_hash, 'hex') as leaf_hash from actrail.event e`,
      )
      for (const [name, value] of Object.entries(written)) assert.deepEqual(row?.[name], value, name)
    },
  },
  {
    name: 'keeps times to the millisecond, in the far past and the far future',
    async check({ store }) {
      const times = [0, -1, -62_135_596_800_000, 253_402_300_799_999, 1_700_000_000_001, 951_782_399_999]
      await store.append(...batchOf(...times.map((occurred_at) => eventText({ occurred_at }))))
      await withSession(store, sequenceAll)
      const rows = await store.database.query<{ ms: string }>(
        'select (extract(epoch from occurred_at) * 1000)::text as ms from actrail.event order by log_index',
      )
      assert.deepEqual(
        rows.map((row) => Number(row.ms)),
        times,
      )
    },
  },
  {
    name: "commits and rolls back with the host's transaction",
    async check({ store, transaction }) {
      const [kept, undone] = [idAt(Date.now()), idAt(Date.now())]
      await transaction((manager) => store.appendIn(manager, eventText({ id: kept })))
      const refused = transaction(async (manager) => {
        await store.appendIn(manager, eventText({ id: undone }))
        throw new Error('the business rule says no')
      })
      await assert.rejects(refused, /the business rule says no/)
      await withSession(store, sequenceAll)
      const ids = (await readLog(store)).map((entry) => entry.id)
      assert.deepEqual(ids, [kept])
    },
  },
  {
    name: 'refuses the manager of a database that holds another trail',
    async check({ store }, harness) {
      const other = await harness.open()
      try {
        const misled = other.transaction((manager) => store.appendIn(manager, eventText()))
        await assert.rejects(misled, { code: 'ERR_MANAGER_FOREIGN' })
        await other.transaction((manager) => other.store.appendIn(manager, eventText()))
      } finally {
        await other.close()
      }
    },
  },
  {
    name: 'says of a batch that is no JSON that its data are at fault',
    async check({ store }) {
      const error = await store.append(Buffer.from('[{"id":'), 1).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      assert.ok(error, 'the batch must be refused')
      assert.equal(store.isDataError(error), true)
    },
  },
  {
    name: 'is still there after a restart, and counts on',
    async check(opened) {
      await opened.store.append(...batchOf(eventText(), eventText()))
      await withSession(opened.store, sequenceAll)
      await opened.store.append(...batchOf(eventText()))
      await opened.store.stop()
      const again = await opened.reopen()
      try {
        assert.equal(again.trailId, opened.store.trailId)
        await again.append(...batchOf(eventText()))
        await withSession(again, sequenceAll)
        assert.equal((await assertContiguous(again)).length, 4)
      } finally {
        await again.stop()
      }
    },
  },
]

function everyColumn(): Record<string, unknown> {
  return {
    v: 1,
    id: idAt(Date.now()),
    occurred_at: 1_764_000_000_123,
    workspace_id: 'Bäckerei "42"',
    actor_type: 'agent',
    actor_id: 'a-1',
    actor_email: 'a@example.com',
    actor_name: 'Ä',
    on_behalf_of: { type: 'user', id: 'u-1' },
    action: 'member.role.update',
    verb: 'UPDATE',
    resource_type: 'member',
    resource_id: 'm-1',
    resource_name: 'Émile',
    issue_id: 'i-1',
    project: 'p-1',
    result: 'denied',
    status_code: 403,
    ip: '2001:db8::1',
    user_agent: 'curl/8',
    request_id: 'r-1',
    trace_id: '0af7651916cd43dd8448eb211c80319c',
    intent_id: idAt(1_764_000_000_000),
    source: 'http',
    duration_us: 5_000_000_000,
    context: { a: [1, null, true] },
    details: { b: 'ü', c: 1e21 },
    changes: { role: { old: 'viewer', new: 'editor' } },
    leaf_hash: `\\x${'0a'.repeat(32)}`,
  }
}
