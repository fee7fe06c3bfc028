import assert from 'node:assert/strict'
import type { SequenceSession, Store } from '@actrail/core'

/** One event of the log, as far as the contract looks at it. */
export interface LogEntry {
  readonly log_index: number
  readonly workspace_id: string
  readonly workspace_seq: number
  readonly id: string
  readonly result: string
  readonly shard: number
}

/** The whole log in its order. */
export function readLog(store: Store): Promise<LogEntry[]> {
  return store.database.query<LogEntry>(
    'select log_index, workspace_id, workspace_seq, id, result, shard from actrail.event order by log_index',
  )
}

/** Asserts that the log and each workspace count from 0 without a gap, that no id is there twice, and the ends agree. */
export async function assertContiguous(store: Store): Promise<LogEntry[]> {
  const log = await readLog(store)
  const next = new Map<string, number>()
  log.forEach((entry, index) => {
    assert.equal(entry.log_index, index, 'the log index')
    const seq = next.get(entry.workspace_id) ?? 0
    assert.equal(entry.workspace_seq, seq, `the sequence of workspace ${entry.workspace_id}`)
    next.set(entry.workspace_id, seq + 1)
  })
  assert.equal(new Set(log.map((entry) => entry.id)).size, log.length, 'ids that are there once')
  const ends = await store.database.query<{ workspace_id: string; next_seq: number }>(
    'select workspace_id, actrail.next_seq(workspace_id) as next_seq from (select distinct workspace_id from actrail.workspace_shard) w',
  )
  assert.deepEqual(new Map(ends.map((end) => [end.workspace_id, end.next_seq])), next)
  return log
}

/** Runs `work` with a connection that sequences, and closes it. */
export async function withSession<T>(store: Store, work: (session: SequenceSession) => Promise<T>): Promise<T> {
  const session = await store.sequence.connect()
  try {
    return await work(session)
  } finally {
    await session.close()
  }
}

/** Steps until the inbox is empty, opening shards where due; answers how many events were stored. */
export async function sequenceAll(session: SequenceSession, events = 4_000): Promise<number> {
  let stored = 0
  for (;;) {
    await session.keepShards()
    if ((await session.probe()) === 0) return stored
    stored += (await session.step({ events, bytes: 4 << 20 })).stored
  }
}
