import { Client } from 'pg'
import { batch, openWithRoles, type PlaceWithRoles } from '../../../../test/store/open-with-roles'
import { type EventFilter, filterTerms } from '../filter/filter'
import { linkTo } from './connection'
import { createConnection } from './direct-connection'
import { pathsOf } from './read/access-path'
import { pageSql } from './read/scan'
import { ROLLUP_TABLES } from './sql/rollup'
import { sequenceStep } from './sql/sequence'
import { openStore } from './store'

describe('a reader', () => {
  const EVENTS = 3_000
  let place: PlaceWithRoles
  let reader: Client
  let admin: Client

  beforeAll(async () => {
    place = await openWithRoles()
    const store = await openStore({ database: place.database.url })
    for (let n = 0; n < EVENTS; n++) await store.append(batch(n, n % 3 === 0 ? 'a' : 'b'), 1)
    const session = await store.sequence.connect()
    await session.step()
    await session.close()
    while ((await store.rollups.rollUp()) > 0);
    await store.database.query('analyze')
    await store.stop()
    reader = new Client({ connectionString: await place.login('writer', 'reader') })
    reader.on('error', () => {})
    await reader.connect()
    admin = new Client({ connectionString: place.database.url })
    admin.on('error', () => {})
    await admin.connect()
  })
  afterAll(async () => {
    await reader.end()
    await admin.end()
    await place.close()
  })
  afterEach(() => reader.query('rollback'))

  const count = async (from: string): Promise<number> =>
    Number((await reader.query<{ n: string }>(`select count(*) as n from ${from}`)).rows[0]?.n)
  const TABLES = ['event', 'event_0', 'workspace_shard', ...ROLLUP_TABLES]

  it.each(TABLES)(
    'sees of %s what belongs to the workspace that its transaction names, and nothing without',
    async (name) => {
      const table = `actrail.${name}`
      const [all] = await place.admin(`select count(*) as n, count(distinct workspace_id) as w from ${table}`)
      expect(all?.['w']).toBe('2')
      expect(await count(table)).toBe(0)
      await reader.query(`begin; select set_config('actrail.workspace', 'a', true)`)
      expect(await count(table)).toBeGreaterThan(0)
      expect(await count(table)).toBe(await count(`${table} where workspace_id = 'a'`))
      expect(await count(`${table} where workspace_id = 'b'`)).toBe(0)
      await reader.query(`select set_config('actrail.workspace', 'c', true)`)
      expect(await count(table)).toBe(0)
      await reader.query(`select set_config('actrail.everywhere', 'on', true)`)
      expect(await count(table)).toBe(Number(all?.['n']))
      await reader.query('commit')
      expect(await count(table)).toBe(0)
    },
  )

  it('is told how far its own workspace is, and of another one nothing', async () => {
    const ends = async () => (await reader.query(`select actrail.next_seq('a') as a, actrail.next_seq('b') as b`)).rows
    await reader.query(`begin; select set_config('actrail.workspace', 'a', true)`)
    expect(await ends()).toEqual([{ a: String(EVENTS / 3), b: '0' }])
    await reader.query(`rollback`)
    expect(await ends()).toEqual([{ a: '0', b: '0' }])
  })

  it('sees no more of the log as its owner', async () => {
    await place.admin(`begin; set local role ${place.prefix}_owner`)
    expect(await place.admin('select from actrail.event_0 limit 1')).toEqual([])
    await place.admin('rollback')
  })

  const FILTERS: readonly EventFilter[] = [
    {},
    { actorId: 'user_4' },
    { actions: ['thing.made'] },
    { resourceTypes: ['thing'], resourceId: 'r' },
    { issue: 'i' },
    { actorEmail: 'a@b.example' },
    { ip: '10.0.0.7' },
    { project: 'p' },
    { status: 'FAILED' },
    { search: 'x' },
  ]
  it.each(FILTERS)('is served %j by the same index as without row security', async (filter) => {
    const terms = filterTerms(filter)
    const spans = [{ shard: 0, first: 100, last: 900 }]
    const page = pageSql({ workspaceId: 'a', spans, path: pathsOf(terms)[0], terms, limit: 50 })
    const index = async (client: Client): Promise<unknown> => {
      await client.query(`set enable_seqscan = off; begin; select set_config('actrail.workspace', 'a', true)`)
      const { rows } = await client.query<Record<string, string>>(`explain ${page.text}`, [...page.values])
      await client.query('rollback')
      return /Index Scan.* using \w+/.exec(rows.map((row) => row['QUERY PLAN']).join())?.[0]
    }
    const secured = await index(reader)
    expect(secured).toContain('event_0_')
    expect(secured).toBe(await index(admin))
  })
})

it('lets the sequencer look up ids by their index', async () => {
  const place = await openWithRoles()
  const connection = createConnection(linkTo(await place.login('sequencer')), 'actrail')
  connection.client.on('error', () => {})
  await connection.open()
  const parameters = [4_000, 4 << 20, '00000000-0000-0000-0000-000000000000', 'c', null, 0]
  const rows = await connection.queries.query(`explain ${sequenceStep({ open: 0, lookBack: [] })}`, parameters)
  expect(JSON.stringify(rows)).toContain('using event_0_id on event_0 v')
  expect(JSON.stringify(rows)).not.toContain('Seq Scan on event')
  await connection.close()
  await place.close()
})
