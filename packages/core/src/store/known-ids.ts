import { timeOfId } from '../model/id'
import type { Database, Queries } from './database'
import { setLocally, sightOf } from './row-security'
import { knownIds } from './sql/known-ids'
import { listShards } from './sql/shards'

/** Answers which of some UUIDv7 ids the log holds. */
export type KnownIds = (ids: readonly string[]) => Promise<ReadonlySet<string>>

const DAY_MS = 86_400_000
const SHARDS_AT_ONCE = 8

interface ShardRow {
  shard: number
  first_index: number | null
  closed_at: number | null
}

/**
 * Looks for ids where the sequencer would: in every shard that was open in the 24 hours before the oldest of them, or
 * later. Ids of old events, such as those of an import, are therefore looked for in all shards since then.
 */
export function createKnownIds(database: Database): KnownIds {
  async function look(queries: Queries, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const from = ids.reduce((least, id) => Math.min(least, timeOfId(id)), Infinity) - DAY_MS
    const shards = (await queries.query<ShardRow>(listShards)).filter(
      ({ first_index, closed_at }) => first_index !== null && (closed_at ?? Infinity) >= from,
    )
    const known = new Set<string>()
    for (let at = 0; at < shards.length; at += SHARDS_AT_ONCE) {
      const text = knownIds(shards.slice(at, at + SHARDS_AT_ONCE).map(({ shard }) => shard))
      for (const { id } of await queries.query<{ id: string }>(text, [ids])) known.add(id)
    }
    return known
  }

  return (ids) => {
    if (ids.length === 0) return Promise.resolve(new Set())
    if (!database.hasRowSecurity) return look(database, ids)
    return database.transaction(async (queries) => {
      await setLocally(queries, [sightOf(undefined)])
      return look(queries, ids)
    })
  }
}
