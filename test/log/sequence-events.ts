import { encodeRow } from '../../packages/core/src/ledger/row'
import type { EventRow } from '../../packages/core/src/model/event'
import { sequenceStep } from '../../packages/core/src/store/sql/sequence'
import { attachShard, createShard, rollShard } from '../../packages/core/src/store/sql/shards'
import type { Store } from '../../packages/core/src/store/store'

const ZERO_ID = '00000000-0000-0000-0000-000000000000'

/** Puts events into the log by the sequencer's own statement, without waiting for an elected sequencer. */
export async function sequenceEvents(store: Store, rows: readonly EventRow[], shard = 0): Promise<void> {
  for (let at = 0; at < rows.length; at += 500) {
    const texts = rows.slice(at, at + 500).map(encodeRow)
    await store.append(Buffer.from(`[${texts.join(',')}]`), texts.length)
    await store.database.query(sequenceStep({ open: shard, lookBack: [] }), [4000, 2e9, ZERO_ID, 'unheard', null, 0])
  }
}

/** Closes the open shard and opens the next one; answers its number. */
export async function openNextShard({ database }: Store, open: number): Promise<number> {
  await database.query(createShard, [open + 1])
  await database.query(attachShard, [open + 1])
  await database.query(rollShard, [open, open + 1])
  return open + 1
}

/** Brings the rollups up to the end of the log. */
export async function rollUpAll({ rollups }: Store): Promise<void> {
  while ((await rollups.rollUp()) > 0);
}
