import fc from 'fast-check'
import { createDatabase, type TestDatabase } from '../../../../test/db/databases'
import { eventRows } from '../../../../test/log/generated-events'
import { allFilters } from '../../../../test/log/generated-filters'
import { openNextShard, sequenceEvents } from '../../../../test/log/sequence-events'
import { type EventFilter, filterTerms } from '../filter/filter'
import { predicateOf } from '../filter/predicate'
import type { EventRow } from '../model/event'
import { createIds } from '../model/id'
import { searchPath } from './read/access-path'
import { possibleTerms } from './read/filter-to-sql'
import type { Scan } from './read/scan'
import { openStore, type Store } from './store'

const ids = createIds()
const NAMES = [
  'Zoë Müller',
  'ann  lee',
  "O'Neil (50%)",
  'İstanbul_office',
  '日本語 tokyo',
  'back\\slash99',
  'x-1234-abcd',
  'ABC',
] as const
const rows: EventRow[] = fc.sample(eventRows, { numRuns: 240, seed: 11 }).map((row, at) => ({
  ...row,
  id: ids.next(),
  workspace_id: at % 4 === 0 ? 'other' : 'w',
  actor_name: NAMES[at % NAMES.length] ?? '',
}))
const mine = rows.filter((row) => row.workspace_id === 'w')

/** Pieces of what is stored, in other cases too, and pieces of nothing. */
const searches = fc.oneof(
  fc
    .tuple(fc.constantFrom(...mine), fc.nat(20), fc.integer({ min: 3, max: 12 }), fc.boolean())
    .map(([row, at, length, isUpper]) => {
      const text = [row.action, row.actor_id, row.actor_email, row.actor_name].filter(Boolean)[at % 4] ?? row.action
      const piece = text.slice(at % Math.max(1, text.length - 2)).slice(0, length)
      return isUpper ? piece.replace(/[a-z]/g, (letter) => letter.toUpperCase()) : piece
    }),
  fc.constantFrom(
    'nothing of the kind',
    '50%',
    "o'neil",
    'ün',
    'created a',
    '1234-ABCD',
    'STANBUL_',
    'slash',
    '語 tok',
    'k\\s',
  ),
)

describe('a log with an index for search', () => {
  let database: TestDatabase
  let store: Store

  beforeAll(async () => {
    database = await createDatabase()
    const maker = await openStore({ database: database.url, search: 'trigrams' })
    // Else so small a table would be read from end to end.
    await maker.database.query(`alter database ${database.name} set enable_seqscan = off`)
    await maker.stop()
    store = await openStore({ database: database.url })
    await sequenceEvents(store, rows.slice(0, 150))
    await openNextShard(store, 0)
    await sequenceEvents(store, rows.slice(150), 1)
  })
  afterAll(async () => {
    await store.stop()
    await database.drop()
  })

  const spans = [
    { shard: 1, first: 0, last: 999 },
    { shard: 0, first: 0, last: 999 },
  ]
  async function scanOf(filter: EventFilter): Promise<Scan | undefined> {
    const terms = possibleTerms(filterTerms(filter))
    const path = terms && searchPath(terms)
    return path && { workspaceId: 'w', spans, path, terms, limit: 1_000 }
  }

  it('finds by the index what the predicate finds, whatever else is asked for', async () => {
    let tried = 0
    await fc.assert(
      fc.asyncProperty(searches, fc.option(allFilters, { nil: {}, freq: 2 }), async (search, other) => {
        const filter = { ...other, search }
        const scan = await scanOf(filter)
        if (scan === undefined) return
        tried++
        const found = await store.read.page(scan)
        expect(found?.map(({ id }) => id)).toEqual(
          mine
            .filter(predicateOf(filter))
            .reverse()
            .map(({ id }) => id),
        )
      }),
      { numRuns: 1_500 },
    )
    expect(tried).toBeGreaterThan(700)
  })

  it('has it in every shard from the start', async () => {
    expect(await store.read.searchedShards()).toEqual(new Set([0, 1]))
  })

  it('has no use for the index where no three ASCII letters or digits stand together', async () => {
    for (const search of ['zo', 'Zoë', 'a.b', '日本語', '--', 'x_y']) expect(await scanOf({ search })).toBeUndefined()
  })
})

describe('a log that is given an index later', () => {
  it('indexes its shards one after the other, the newest first, and again what was cut off', async () => {
    const database = await createDatabase()
    const plain = await openStore({ database: database.url })
    await sequenceEvents(plain, rows.slice(0, 100))
    await openNextShard(plain, 0)
    await sequenceEvents(plain, rows.slice(100), 1)
    expect(await plain.searchIndex.indexNext()).toBe(false)
    expect(await plain.read.searchedShards()).toEqual(new Set())

    const store = await openStore({ database: database.url, search: 'trigrams' })
    const indexed = async () => {
      const other = await openStore({ database: database.url, search: 'trigrams' })
      const shards = await other.read.searchedShards()
      await other.stop()
      return shards
    }
    expect(await indexed()).toEqual(new Set())
    await store.database.query('create index event_1_search on actrail.event_1 (log_index)') // as if cut off
    expect(await store.searchIndex.indexNext()).toBe(true)
    expect(await indexed()).toEqual(new Set([1]))
    expect(await store.searchIndex.indexNext()).toBe(true)
    expect(await store.searchIndex.indexNext()).toBe(false)
    expect(await indexed()).toEqual(new Set([0, 1]))
    await openNextShard(store, 1)
    await sequenceEvents(store, [{ ...rows[0]!, id: ids.next() }], 2)
    expect(await indexed()).toEqual(new Set([0, 1, 2]))
    await Promise.all([store.stop(), plain.stop()])
    await database.drop()
  })

  it('refuses without the extension and without the right to it, and says what an administrator has to run', async () => {
    const database = await createDatabase()
    const role = `${database.name}_owner`
    const admin = await openStore({ database: database.url, schema: 'elsewhere' })
    await admin.database.query(`create role ${role} login`)
    await admin.database.query(`grant create on database ${database.name} to ${role}`)
    const url = new URL(database.url)
    url.username = role
    await (await openStore({ database: url.href })).stop()
    await admin.database.query(`revoke create on database ${database.name} from ${role}`)
    const opening = openStore({ database: url.href, search: 'trigrams' })
    await expect(opening).rejects.toMatchObject({
      code: 'ERR_SEARCH_UNAVAILABLE',
      message: expect.stringContaining('create extension pg_trgm') as string,
    })
    await admin.database.query('create extension pg_trgm')
    const allowed = await openStore({ database: url.href, search: 'trigrams' })
    expect(await allowed.read.searchedShards()).toEqual(new Set([0]))
    await allowed.stop()
    await admin.database.query(`drop owned by ${role} cascade; drop role ${role}`)
    await admin.stop()
    await database.drop()
  })
})
