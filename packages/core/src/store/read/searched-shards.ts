import { searchedShards } from '../sql/search'
import { type ReadDatabase, rowsOf } from './guarded'

const RELOAD_MS = 60_000

/**
 * The shards whose search has an index; asked at most once a minute, since none loses it while it is read. None under row
 * security: Postgres uses no index for a comparison of texts there, because it might tell of rows that are hidden.
 *
 * @param clock a monotonic time in milliseconds
 */
export function createSearchedShards(
  database: ReadDatabase,
  clock: () => number = () => performance.now(),
): () => Promise<ReadonlySet<number>> {
  let known: { readonly shards: Promise<ReadonlySet<number>>; readonly at: number } | undefined

  async function load(): Promise<ReadonlySet<number>> {
    const rows = await rowsOf(database, { text: searchedShards, values: [] }, { workspaceId: undefined })
    return new Set(rows.map(({ shard }) => Number(shard)))
  }

  return () => {
    if (database.hasRowSecurity) return Promise.resolve(new Set())
    if (known === undefined || clock() - known.at > RELOAD_MS) {
      const shards = load()
      shards.catch(() => (known = undefined))
      known = { shards, at: clock() }
    }
    return known.shards
  }
}
