import fc from 'fast-check'
import { Client } from 'pg'
import { createDatabase, type TestDatabase } from '../../../../../test/db/databases'
import { figuresLaw } from '../../../../../test/log/figures-law'
import { generatedActivity } from '../../../../../test/log/generated-activity'
import { openNextShard, rollUpAll, sequenceEvents } from '../../../../../test/log/sequence-events'
import { createIds } from '../../model/id'
import { openStore, type Store } from '../store'
import { ROLLUP_TABLES, rollUp } from '../sql/rollup'
import { createFigureReader } from './figures'

const rows = generatedActivity(4_000, 1)
let database: TestDatabase
let store: Store

beforeAll(async () => {
  database = await createDatabase()
  store = await openStore({ database: database.url })
  await sequenceEvents(store, rows.slice(0, 2_500))
  const second = await openNextShard(store, 0)
  await sequenceEvents(store, rows.slice(2_500), second)
}, 60_000)
afterAll(async () => {
  await store.stop()
  await database.drop()
})

const PLACE = `select next_index from actrail.reader where name = 'rollups'`

/** Runs a statement on a connection that is ended before it could commit. */
async function crashAfter(text: string, values: unknown[]): Promise<void> {
  const crashing = new Client({ connectionString: database.url })
  crashing.on('error', () => {})
  await crashing.connect()
  await crashing.query('begin')
  const { rows: own } = await crashing.query<{ pid: number }>('select pg_backend_pid() as pid')
  await crashing.query(text, values)
  await store.database.query('select pg_terminate_backend($1)', [own[0]?.pid])
  await crashing.end().catch(() => {})
}

const law = (numRuns: number) => figuresLaw(store.database, createFigureReader(store.database), numRuns)
const beginAnew = async () => {
  await store.database.query(`truncate ${ROLLUP_TABLES.map((name) => `actrail.${name}`).join(', ')}`)
  await store.database.query(`update actrail.reader set next_index = 0 where name = 'rollups'`)
}

describe('every number of the rollups is that of plain SQL over the log', () => {
  it('while they are behind, by pieces of any size, and at the end', async () => {
    const sizes = fc.sample(fc.integer({ min: 1, max: 300 }), { numRuns: 12, seed: 2 })
    for (const size of sizes) expect(await store.rollups.rollUp(size)).toBe(size)
    const { as_of, behind } = await createFigureReader(store.database).figures('w', {})
    expect([as_of > 0, behind > 0, as_of + behind]).toEqual([true, true, rows.filter((row) => row.workspace_id === 'w').length]) // prettier-ignore
    await law(15)
    await rollUpAll(store)
    await law(120)
  }, 120_000)

  it('after a crash at any point of a piece: it is done as a whole or not at all, and once', async () => {
    await beginAnew()
    const place = async () => (await store.database.query<{ next_index: number }>(PLACE))[0]?.next_index ?? 0
    for (let from = 0; from < 2_500; from = await place()) {
      await crashAfter(rollUp(0), [from, from + 200])
      expect(await place()).toBe(from)
      // Two at once: one of them adds it.
      await Promise.all([store.rollups.rollUp(300), store.rollups.rollUp(300)])
    }
    await rollUpAll(store)
    await law(40)
  }, 120_000)

  it('when they were made anew', async () => {
    await beginAnew()
    await rollUpAll(store)
    await law(40)
  }, 120_000)
})

it('is so on the oldest Postgres, too', async () => {
  const old = await createDatabase({ version: 14 })
  const oldStore = await openStore({ database: old.url })
  await sequenceEvents(oldStore, rows.slice(0, 1_500))
  await rollUpAll(oldStore)
  await figuresLaw(oldStore.database, createFigureReader(oldStore.database), 20)
  await oldStore.stop()
  await old.drop()
}, 60_000)

it('stays within bounds when every event has an action, an actor and a resource of its own', async () => {
  const other = await createDatabase()
  const flooded = await openStore({ database: other.url })
  const ids = createIds()
  const flood = rows.map((row, n) => ({
    ...row,
    ...{
      id: ids.next(),
      workspace_id: 'w',
      action: `a${n}.b`,
      actor_type: 'user',
      actor_id: `u${n % 2 === 0 ? n : 0}`,
    },
    ...{ resource_type: 'r', resource_id: `r${n}` },
  }))
  await sequenceEvents(flooded, flood)
  while ((await flooded.rollups.rollUp(1_000)) > 0);
  for (const table of ROLLUP_TABLES) {
    const [count] = await flooded.database.query<{ n: number }>(`select count(*) as n from actrail.${table}`)
    expect(count?.n).toBeLessThanOrEqual(flood.length)
  }
  for (const table of ['rollup_total_quarter', 'rollup_total_day', 'rollup_actor_quarter', 'rollup_actor_day']) {
    const [longest] = await flooded.database.query<{ n: number }>(
      `select max(cardinality(kinds)) as n from actrail.${table}`,
    )
    expect(longest?.n).toBeLessThanOrEqual(256)
  }
  await figuresLaw(flooded.database, createFigureReader(flooded.database), 5)
  await flooded.stop()
  await other.drop()
}, 60_000)

it('knows nothing of a workspace that there is not', async () => {
  const period = { from: 0, to: 8.64e13 }
  const found = await createFigureReader(store.database).figures('nowhere', {
    kinds: { period, most: 5 },
    actor: { id: 'a' },
    timeline: { period, starts: [0] },
    hours: { period, spans: [{ from: 0, offsetMs: 0 }] },
    users: { period, actorType: 'user', by: 'total', isLeast: false, most: 5 },
    inactive: { actorType: 'user', since: 8.64e13, byLogin: true, most: 5 },
    resources: { period, by: 'total', most: 5 },
  })
  expect(found).toEqual({
    as_of: 0,
    behind: 0,
    kinds: { total: 0, failed: 0, changes: { total: 0, created: 0, updated: 0, deleted: 0 }, results: {}, verbs: [], actions: [], resource_types: [] }, // prettier-ignore
    actor: { total: 0, first_at: null, last_at: null, last_login_at: null, email: null },
    timeline: [],
    hours: [],
    users: { active: 0, logged_in: 0, users: [] },
    inactive: { inactive: 0, users: [] },
    resources: { active: 0, resources: [] },
  })
})
