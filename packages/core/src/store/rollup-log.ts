import type { Database } from './database'
import { setLocally, sightOf } from './row-security'
import { rollUp, rollupState } from './sql/rollup'
import { listShards } from './sql/shards'

/** The rollups' side of the log. */
export interface RollupLog {
  /** Adds at most `most` events (default 20,000) of one shard to the rollups; answers how many, 0 at the end of the log. */
  rollUp(most?: number): Promise<number>
}

interface ShardSpan {
  shard: number
  first_index: number | null
  last_index: number | null
}

/** Works on any process, but is meant for the leader: a second one at the same time would only wait. */
export function createRollupLog(database: Database): RollupLog {
  let span: ShardSpan | undefined

  async function overAll<Row>(sql: string, parameters: unknown[]): Promise<Row[]> {
    if (!database.hasRowSecurity) return database.query(sql, parameters)
    return database.transaction(async (queries) => {
      await setLocally(queries, [sightOf(undefined)])
      return queries.query(sql, parameters)
    })
  }

  async function spanAt(index: number): Promise<ShardSpan | undefined> {
    if (span && holds(span, index) && span.last_index !== null) return span
    const rows = await database.query<ShardSpan>(listShards)
    span = rows.find((row) => holds(row, index))
    return span
  }

  return {
    rollUp: async (most = 20_000) => {
      const [state] = await database.query<{ from_index: number; to_index: number }>(rollupState)
      if (!state || state.from_index >= state.to_index) return 0
      const shard = await spanAt(state.from_index)
      if (!shard) return 0
      const to = Math.min(state.from_index + most, state.to_index, (shard.last_index ?? Infinity) + 1)
      const [done] = await overAll<{ events: number }>(rollUp(shard.shard), [state.from_index, to])
      return done?.events ?? 0
    },
  }
}

function holds({ first_index, last_index }: ShardSpan, index: number): boolean {
  return first_index !== null && first_index <= index && index <= (last_index ?? Infinity)
}
