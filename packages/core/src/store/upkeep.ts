import type { Database } from './database'
import { readHead } from './shards'
import { vacuumBusy, vacuumShard } from './sql/upkeep'

/** A task of the store's own, in the shape of the room `tasks`. */
export interface Upkeep {
  readonly name: string
  readonly everyMs: number
  run(): Promise<boolean>
}

const BUSY_EVERY_MS = 20_000
const SHARD_EVERY_EVENTS = 50_000

/**
 * What the embedded store needs, having no autovacuum: without it the inbox keeps the bytes of every batch that ever
 * passed through. Nothing on a Postgres server.
 */
export function upkeepOf(database: Database): Upkeep[] {
  if (!database.embedded) return []
  let busyAt = 0
  let shardAt = 0
  return [
    {
      name: 'vacuum',
      everyMs: BUSY_EVERY_MS,
      run: async () => {
        const { shard, next_index } = await readHead(database)
        if (next_index === busyAt) return false
        for (const sql of vacuumBusy) await database.query(sql)
        if (next_index - shardAt >= SHARD_EVERY_EVENTS) {
          await database.query(vacuumShard(shard))
          shardAt = next_index
        }
        busyAt = next_index
        return false
      },
    },
  ]
}
