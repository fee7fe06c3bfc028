import fc from 'fast-check'
import { createDatabase, type TestDatabase } from '../../../../test/db/databases'
import { BEGIN_MS, eventRows } from '../../../../test/log/generated-events'
import { allFilters } from '../../../../test/log/generated-filters'
import { openNextShard, rollUpAll, sequenceEvents } from '../../../../test/log/sequence-events'
import { type EventFilter, filterTerms } from '../filter/filter'
import { predicateOf } from '../filter/predicate'
import { encodeCursor } from '../model/cursor'
import type { EventRow } from '../model/event'
import { createIds, showId } from '../model/id'
import { LOG_PATH } from '../store/read/access-path'
import { openStore, type Store } from '../store/store'
import { type ActivityQuery, createQuery } from './query'

const ids = createIds()
const events = (count: number, seed: number): EventRow[] =>
  fc.sample(eventRows, { numRuns: count, seed }).map((row) => ({ ...row, id: ids.next() }))
const idsOf = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id)

/** Follows `nextCursor` from page to page. */
async function readThrough(query: ActivityQuery, filter: EventFilter, limit: number): Promise<string[]> {
  const seen: string[] = []
  for (let cursor: string | undefined, page = 0; page < 1_000; page++) {
    const { items, nextCursor } = await query.list(filter, { limit, ...(cursor !== undefined && { cursor }) }, 'w')
    seen.push(...idsOf(items))
    if (nextCursor === undefined) return seen
    cursor = nextCursor
  }
  throw new Error('the list never ends')
}

describe('lists', () => {
  let database: TestDatabase
  let store: Store
  let query: ActivityQuery
  // Oldest first. Three shards, and a tail that the rollups do not hold yet.
  const rows = [...events(300, 1), ...events(120, 2), ...events(80, 3), ...events(60, 4)]
  const newestFirst = [...rows].reverse()
  const foreign = events(40, 5).map((row) => ({ ...row, workspace_id: 'other' }))

  beforeAll(async () => {
    database = await createDatabase()
    store = await openStore({ database: database.url })
    query = createQuery({ reader: store.read })
    await sequenceEvents(store, rows.slice(0, 300))
    const second = await openNextShard(store, 0)
    await sequenceEvents(store, rows.slice(300, 360), second)
    await sequenceEvents(store, foreign, second)
    await sequenceEvents(store, rows.slice(360, 420), second)
    const third = await openNextShard(store, second)
    await sequenceEvents(store, rows.slice(420, 500), third)
    await rollUpAll(store)
    await sequenceEvents(store, rows.slice(500), third)
  })
  afterAll(async () => {
    await store.stop()
    await database.drop()
  })

  it('shows each id once to a client that adds the limit to the offset', async () => {
    for (const filter of [{}, { issue: 'a' }, { actions: ['*.created', 'create'] }, { status: 'FAILED' } as const]) {
      const seen: string[] = []
      for (let offset = 0, total = 1; offset < total; offset += 7) {
        const page = await query.list(filter, { limit: 7, offset }, 'w')
        total = page.total
        seen.push(...idsOf(page.items))
      }
      expect(seen).toEqual(idsOf(newestFirst.filter(predicateOf(filter))))
    }
  })

  it('agrees with the predicate: items, order, total and the end of the list', async () => {
    await fc.assert(
      fc.asyncProperty(allFilters, fc.integer({ min: 1, max: 200 }), fc.nat(150), async (filter, limit, offset) => {
        const matching = idsOf(newestFirst.filter(predicateOf(filter)))
        const page = await query.list(filter, { limit, offset }, 'w')
        expect(idsOf(page.items)).toEqual(matching.slice(offset, offset + limit))
        expect(page).toMatchObject({ total: matching.length, totalRelation: 'exact' })
        expect(page.nextCursor === undefined).toBe(offset + limit >= matching.length)
      }),
      { numRuns: 600 },
    )
  })

  it('is read through by cursor, whatever the filter', async () => {
    await fc.assert(
      fc.asyncProperty(allFilters, fc.integer({ min: 20, max: 200 }), async (filter, limit) => {
        expect(await readThrough(query, filter, limit)).toEqual(idsOf(newestFirst.filter(predicateOf(filter))))
      }),
      { numRuns: 60 },
    )
  })

  it('counts the offset from the cursor, and the total from the newest', async () => {
    const cursor = encodeCursor({ workspaceSeq: 460 })
    const below = newestFirst.slice(100)
    const plain = await query.list({}, { limit: 5, offset: 50, cursor }, 'w')
    expect(idsOf(plain.items)).toEqual(idsOf(below.slice(50, 55)))
    expect(plain.total).toBe(560)
    const filter = { results: ['success' as const] }
    const filtered = await query.list(filter, { limit: 5, offset: 50, cursor }, 'w')
    expect(idsOf(filtered.items)).toEqual(idsOf(below.filter(predicateOf(filter)).slice(50, 55)))
    expect(filtered.total).toBe(rows.filter(predicateOf(filter)).length)
  })

  it('answers nothing, exactly, where there is nothing', async () => {
    const nothing = { items: [], total: 0, totalRelation: 'exact' }
    expect(await query.list({}, { limit: 5 }, 'never heard of')).toEqual(nothing)
    expect(await query.list({ actorId: 'x' }, { limit: 5 }, 'never heard of')).toEqual(nothing)
    expect(await query.list({ actorId: 'nobody' }, { limit: 5, offset: 3 }, 'w')).toEqual(nothing)
    expect(await query.list({ actions: [] }, { limit: 5 }, 'w')).toEqual(nothing)
    expect(await query.list({}, { limit: 5, offset: 560 }, 'w')).toEqual({ ...nothing, total: 560 })
    expect(await query.list({}, { limit: 5, cursor: encodeCursor({ workspaceSeq: 0 }) }, 'w')).toEqual({
      ...nothing,
      total: 560,
    })
  })

  it('reads an event as it was written', async () => {
    const { items } = await query.list({}, { limit: 200 }, 'w')
    const strip = ({
      log_index: _i,
      workspace_seq: _s,
      recorded_at: _r,
      leaf_hash: _h,
      ...row
    }: (typeof items)[number]) => row
    expect(items.map(strip)).toEqual(newestFirst.slice(0, 200))
    expect(items[0]).toMatchObject({ workspace_seq: 559, log_index: 599 })
    expect(items[0]?.leaf_hash).toMatch(/^[0-9a-f]{64}$/)
    expect(Math.abs((items[0]?.recorded_at ?? 0) - Date.now())).toBeLessThan(60_000)
  })

  it('finds an event by either form of its id, in any shard, for its own workspace only', async () => {
    for (const row of [rows[0]!, rows[350]!, rows[555]!]) {
      expect(await query.get(row.id, ['w'])).toMatchObject(row)
      expect(await query.get(showId(row.id).toUpperCase(), '*')).toMatchObject(row)
      expect(await query.get(row.id, ['other'])).toBeUndefined()
    }
    expect(await query.get(ids.next(), '*')).toBeUndefined()
    expect(await query.get('not an id', '*')).toBeUndefined()
  })

  it('reads all workspaces in log order, by cursor', async () => {
    const all = [...rows.slice(0, 360), ...foreign, ...rows.slice(360)].reverse()
    for (const filter of [{}, { actorType: 'agent' }, { from: BEGIN_MS + 3_600_000, actions: ['issue.*'] }]) {
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const page = await query.scroll(filter, { limit: 33, ...(cursor !== undefined && { cursor }) }, '*')
        seen.push(...idsOf(page.items))
        cursor = page.nextCursor
      } while (cursor !== undefined)
      expect(seen).toEqual(idsOf(all.filter(predicateOf(filter))))
    }
  })

  it('refuses a cursor of another list', async () => {
    const refused = { code: 'ERR_CURSOR_INVALID' }
    await expect(query.list({}, { limit: 5, cursor: encodeCursor({ logIndex: 3 }) }, 'w')).rejects.toMatchObject(
      refused,
    )
    await expect(query.list({}, { limit: 5, cursor: 'what' }, 'w')).rejects.toMatchObject(refused)
    await expect(query.scroll({}, { limit: 5, cursor: encodeCursor({ workspaceSeq: 3 }) }, '*')).rejects.toMatchObject(
      refused,
    )
  })
})

describe('a list that grows while it is read', () => {
  it.each<EventFilter>([
    {},
    { status: 'FAILED' },
    { search: 'issue' },
    { actorId: 'a' },
    { not: [{ actions: ['issue.*'] }] },
  ])('shows each event that was there at the start once, by cursor: %j', async (filter) => {
    const database = await createDatabase()
    const store = await openStore({ database: database.url })
    const query = createQuery({ reader: store.read })
    const old = events(200, 6)
    await sequenceEvents(store, old)
    const seen: string[] = []
    let shard = 0
    let cursor: string | undefined
    do {
      const page = await query.list(filter, { limit: 11, ...(cursor !== undefined && { cursor }) }, 'w')
      seen.push(...idsOf(page.items))
      cursor = page.nextCursor
      if (seen.length > 10 && shard === 0) shard = await openNextShard(store, 0)
      await sequenceEvents(store, events(5, seen.length), shard)
    } while (cursor !== undefined)
    expect(seen).toEqual(idsOf(old.filter(predicateOf(filter)).reverse()))
    expect(seen.length).toBeGreaterThan(11) // else one page was all
    await store.stop()
    await database.drop()
  })
})

describe('a list that runs out of time', () => {
  let database: TestDatabase
  let store: Store
  beforeAll(async () => {
    database = await createDatabase()
    store = await openStore({ database: database.url })
    await sequenceEvents(
      store,
      events(4_000, 7).map((row, at) => ({ ...row, actor_name: at === 10 ? 'Zoë' : 'Ann' })),
    )
  })
  afterAll(async () => {
    await store.stop()
    await database.drop()
  })
  // Each look at the clock takes 30 ms of a budget of 100: time for one statement of 2,000 places.
  const hurried = () => {
    let ms = 0
    return createQuery({ reader: store.read, clock: () => (ms += 30), budgetMs: 100 })
  }

  it('answers what it has, with a floor and a cursor that leads on to the rest', async () => {
    const first = await hurried().list({ search: 'zo' }, { limit: 50 }, 'w')
    expect(first).toMatchObject({ items: [], total: 0, totalRelation: 'at_least' })
    expect(first.nextCursor).toBeDefined()
    const seen = await readThrough(hurried(), { search: 'zo' }, 50)
    expect(seen).toHaveLength(1)
  })

  it('lets the server give up on a statement, and is as good as new afterwards', async () => {
    const terms = filterTerms({ search: 'ann' })
    const spans = [{ shard: 0, first: 0, last: 3_999 }]
    const scan = { workspaceId: 'w', spans, path: LOG_PATH, terms, limit: 10 }
    await store.database.transaction(async ({ query }) => {
      await query('lock table actrail.event_0 in access exclusive mode')
      expect(await store.read.page({ ...scan, withinMs: 50 })).toBeUndefined()
      expect(await store.read.count({ ...scan, withinMs: 50 })).toBeUndefined()
    })
    expect(await store.read.page({ ...scan, withinMs: 5_000 })).toHaveLength(10)
    expect(await store.read.count(scan)).toMatchObject({ events: 10 })
  })

  it('refuses an offset that it cannot count down to', async () => {
    await expect(hurried().list({ search: 'ann' }, { limit: 50, offset: 3_900 }, 'w')).rejects.toMatchObject({
      code: 'ERR_OFFSET_TOO_DEEP',
    })
  })
})

describe('totals', () => {
  it('are exact up to 10,000 by counting, beyond only where the rollups know', async () => {
    const database = await createDatabase()
    const store = await openStore({ database: database.url })
    const query = createQuery({ reader: store.read })
    const base = { ...events(1, 8)[0]!, actor_id: 'a', project: 'p', action: 'issue.created', verb: 'CREATE' }
    const many = Array.from({ length: 10_300 }, (_, at) => ({
      ...base,
      id: ids.next(),
      occurred_at: BEGIN_MS + at * 1_000,
    }))
    await sequenceEvents(store, many)
    await rollUpAll(store)
    await sequenceEvents(store, [{ ...base, id: ids.next(), occurred_at: BEGIN_MS + 10_300_000 }])
    const totalOf = async (filter: EventFilter, offset = 0) => {
      const { total, totalRelation } = await query.list(filter, { limit: 10, offset }, 'w')
      return `${totalRelation} ${total}`
    }
    expect(await totalOf({})).toBe('exact 10301')
    expect(await totalOf({ project: 'p' })).toBe('at_least 10000')
    expect(await totalOf({ project: 'p', from: BEGIN_MS + 1_000_000 })).toBe('exact 9301')
    expect(await totalOf({ project: 'p' }, 10_100)).toBe('at_least 10110')
    expect(await totalOf({ actorId: 'a' })).toBe('exact 10301')
    expect(await totalOf({ actions: ['create'] })).toBe('exact 10301')
    expect(await totalOf({ from: BEGIN_MS + 100_500 })).toBe('exact 10200')
    expect(await totalOf({ from: BEGIN_MS + 100_000, to: BEGIN_MS + 10_200_000 })).toBe('exact 10100')
    await store.stop()
    await database.drop()
  })
})
