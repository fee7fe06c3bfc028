import { Client } from 'pg'
import { openStore } from '../../packages/core/src/store/store'
import { progress } from '../../test/rigs/runner/command'
import { closeLog, fillShard, type Slice } from '../page/fixture'

/** As a trail opens them by itself. */
const SHARD_EVENTS = 4_000_000
/** Of the rollups at once, much more than the task takes: each piece goes through all that is there. */
const ROLLED_AT_ONCE = 500_000
const SETTINGS = `set synchronous_commit = off; set maintenance_work_mem = '512MB'; set work_mem = '256MB'; set max_parallel_maintenance_workers = 0; set jit = off`

/**
 * Fills a new database as the sequencer would have left it after `events` events of one workspace, the last of them now:
 * every closed shard is still searched for ids that come twice, and the open one goes on.
 */
export async function fillGrown(url: string, events: number): Promise<void> {
  const store = await openStore({ database: url, poolSize: 1 })
  const clients = [new Client({ connectionString: url }), new Client({ connectionString: url })] as const
  try {
    for (const client of clients) {
      client.on('error', () => {})
      await client.connect()
      await client.query(SETTINGS)
    }
    const slices = slicesOf(events)
    let at = 0
    const work = async (client: Client): Promise<void> => {
      for (let slice = slices[at++]; slice; slice = slices[at++]) {
        await fillShard(client, slice)
        await client.query(`vacuum (freeze, analyze) actrail.event_${slice.shard}`)
        progress(`growth: shard ${slice.shard} has its ${slice.last - slice.first + 1} events`)
      }
    }
    await Promise.all(clients.map(work))
    const [client] = clients
    await closeLog(client, { events, shards: slices.length })
    await client.query(
      `update actrail.shard set opened_at = now() - interval '1 hour', closed_at = case when state = 'closed' then now() - interval '1 hour' end`,
    )
    for (let rolled = 0, more = 1; more > 0; rolled += more) {
      more = await store.rollups.rollUp(ROLLED_AT_ONCE)
      if (more > 0) progress(`growth: ${rolled + more} events rolled up`)
    }
    await client.query('vacuum (analyze)')
  } finally {
    for (const client of clients) await client.end()
    await store.stop()
  }
}

function slicesOf(events: number): Slice[] {
  // At least three shards, and the open one half full, at any size.
  const size = Math.min(SHARD_EVENTS, Math.ceil(events / 2.5))
  return Array.from({ length: Math.ceil(events / size) }, (_, shard) => ({
    shard,
    first: shard * size,
    last: Math.min((shard + 1) * size, events) - 1,
    events,
  }))
}
