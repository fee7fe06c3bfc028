import { fillLog, WORKSPACE } from '../../../../bench/page/fixture'
import { createDatabase, type TestDatabase } from '../../../../test/db/databases'
import type { EventReader } from '../store/read/event-reader'
import { openStore, type Store } from '../store/store'
import { createQuery } from './query'

const EVENTS = 100_000
/** Five events of all, and none among the newest thousands. */
const RARE = 'RES_19877'
const LIMIT = 50

let database: TestDatabase
let store: Store
let rare: string[]

beforeAll(async () => {
  database = await createDatabase()
  await fillLog(database.url, { events: EVENTS, shards: 2 })
  store = await openStore({ database: database.url })
  const rows = await store.database.query<{ id: string }>(
    `select id from actrail.event where resource_id ilike $1 order by workspace_seq desc`,
    [RARE],
  )
  rare = rows.map(({ id }) => id)
}, 120_000)
afterAll(async () => {
  await store.stop()
  await database.drop()
})

/** Reads to the end, page by page; each page has time for a few statements only. */
async function readThrough(reader: EventReader, search: string) {
  let ms = 0
  const query = createQuery({ reader, clock: () => (ms += 20), budgetMs: 100 })
  const ids: string[] = []
  const cursors = new Set<string>()
  let cursor: string | undefined
  do {
    const page = await query.list({ search }, { limit: LIMIT, ...(cursor !== undefined && { cursor }) }, WORKSPACE)
    ids.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor
    if (cursor === undefined) break
    expect(cursors).not.toContain(cursor)
    cursors.add(cursor)
  } while (cursors.size < 1_000)
  return { ids, pages: cursors.size + 1, cursor }
}

/** The reader, and by which indexes its pages were read. */
function watched(reader: EventReader, giveUp = false) {
  const indexes: string[] = []
  const page: EventReader['page'] = async (scan) => {
    indexes.push(scan.path.index)
    return giveUp && scan.path.index === 'search' ? undefined : reader.page(scan)
  }
  return { reader: { ...reader, page }, indexes }
}

describe('a search without an index', () => {
  it('says that it has not seen all, and its cursors lead to the true end', async () => {
    const first = await createQuery({ reader: store.read, budgetMs: 1 }).list(
      { search: RARE },
      { limit: LIMIT },
      WORKSPACE,
    )
    expect(first).toMatchObject({ totalRelation: 'at_least' })
    expect(first.nextCursor).toBeDefined()
    const { ids, pages, cursor } = await readThrough(store.read, RARE)
    expect([ids, cursor]).toEqual([rare, undefined])
    expect(pages).toBeGreaterThan(3)
    expect((await readThrough(store.read, 'nothing of the kind')).ids).toEqual([])
  })

  it('never leaves the log', async () => {
    const { reader, indexes } = watched(store.read)
    await createQuery({ reader }).list({ search: RARE }, { limit: LIMIT }, WORKSPACE)
    expect(new Set(indexes)).toEqual(new Set(['seq']))
  })
})

describe('a search with an index', () => {
  let indexed: Store
  beforeAll(async () => {
    indexed = await openStore({ database: database.url, search: 'trigrams' })
    while (await indexed.searchIndex.indexNext());
  }, 60_000)
  afterAll(() => indexed.stop())
  const listed = (reader: EventReader, search: string) =>
    createQuery({ reader, budgetMs: 60_000 }).list({ search }, { limit: LIMIT }, WORKSPACE)

  it('finds what is rare by it, all of it and its number', async () => {
    const { reader, indexes } = watched(indexed.read)
    const page = await listed(reader, RARE)
    expect(page.items.map(({ id }) => id)).toEqual(rare)
    expect(page).toMatchObject({ total: rare.length, totalRelation: 'exact' })
    expect(page.nextCursor).toBeUndefined()
    expect(indexes).toEqual(['seq', 'seq', 'search', 'search'])
  })

  it('finds what is everywhere along the log', async () => {
    const { reader, indexes } = watched(indexed.read)
    expect((await listed(reader, 'user')).items).toHaveLength(LIMIT)
    expect(indexes).toEqual(['seq'])
  })

  it('goes on along the log when the server gives up on it', async () => {
    const { reader, indexes } = watched(indexed.read, true)
    expect((await listed(reader, RARE)).items.map(({ id }) => id)).toEqual(rare)
    expect(indexes.filter((index) => index === 'search')).toHaveLength(1)
  })

  it('is read to its end by cursors as well', async () => {
    const { ids } = await readThrough(indexed.read, 'user49@')
    const rows = await indexed.database.query<{ id: string }>(
      `select id from actrail.event where actor_email like '%user49@%' order by workspace_seq desc`,
    )
    expect(ids).toEqual(rows.map(({ id }) => id))
  })
})
