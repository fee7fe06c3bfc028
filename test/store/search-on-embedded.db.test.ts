import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openEmbedded } from '@actrail/embedded'
import fc from 'fast-check'
import { filterTerms } from '../../packages/core/src/filter/filter'
import type { EventRow } from '../../packages/core/src/model/event'
import { createIds } from '../../packages/core/src/model/id'
import { searchPath } from '../../packages/core/src/store/read/access-path'
import { pageSql } from '../../packages/core/src/store/read/scan'
import { openStore, type Store } from '../../packages/core/src/store/store'
import { eventRows } from '../log/generated-events'
import { openNextShard, sequenceEvents } from '../log/sequence-events'

const ids = createIds()
const rows: EventRow[] = fc
  .sample(eventRows, { numRuns: 40, seed: 3 })
  .map((row, at) => ({ ...row, id: ids.next(), actor_name: at % 20 === 0 ? 'Zoë Tokyo' : 'Ann' }))
const terms = filterTerms({ search: 'TOKYO' })
const scanOf = (shards: readonly number[]) => ({
  workspaceId: 'w',
  spans: shards.map((shard) => ({ shard, first: 0, last: 99 })),
  path: searchPath(terms)!,
  terms,
  limit: 50,
})

/** The names of the people that a search by the index finds. */
async function found(store: Store, shards: readonly number[]): Promise<unknown[]> {
  const { text, values } = pageSql(scanOf(shards))
  const plan = await store.database.query(`explain ${text}`, values)
  for (const shard of shards) expect(JSON.stringify(plan)).toContain(`Bitmap Index Scan on event_${shard}_`)
  return ((await store.read.page(scanOf(shards))) ?? []).map(({ actor_name }) => actor_name)
}

describe('an embedded log', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'actrail-search-'))
  const opened: { close(): Promise<void> }[] = []
  afterAll(async () => {
    for (const one of opened.reverse()) await one.close()
    rmSync(directory, { recursive: true, force: true })
  })
  async function open(search: 'scan' | 'trigrams'): Promise<Store> {
    const database = await openEmbedded({ directory })
    opened.push(database)
    const store = await openStore({ database, search })
    opened.push({ close: () => store.stop() })
    return store
  }

  it('is searched by an index of trigrams, also when it is opened again without the option', async () => {
    const before = await open('scan')
    await sequenceEvents(before, rows.slice(0, 20))
    for (const one of opened.splice(0).reverse()) await one.close()

    const store = await open('trigrams')
    expect(await store.searchIndex.indexNext()).toBe(true)
    for (const one of opened.splice(0).reverse()) await one.close()

    const again = await open('scan')
    await openNextShard(again, 0)
    await sequenceEvents(again, rows.slice(20), 1)
    expect(await again.read.searchedShards()).toEqual(new Set([0, 1]))
    await again.database.query('set enable_seqscan = off') // so small a table would be read from end to end
    expect(await found(again, [1, 0])).toEqual(['Zoë Tokyo', 'Zoë Tokyo'])
  }, 60_000)
})
