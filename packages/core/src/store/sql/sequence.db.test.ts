import { createDatabase, type TestDatabase } from '../../../../../test/db/databases'
import { createConnection } from '../direct-connection'
import { linkTo } from '../connection'
import { openStore, type Store } from '../store'
import { sequenceStep } from './sequence'

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'CTE Name'?: string
  Plans?: Plan[]
}

const flat = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(flat)]

const fill = (shard: number, from: number, to: number): string => `
  insert into actrail.event_${shard} (shard, log_index, workspace_seq, occurred_at, id, version, workspace_id, action, verb, result, source, leaf_hash)
  select ${shard}, i, i, now(), gen_random_uuid(), 1, 'w', 'a', 'A', 'success', 'record', '\\x00' from generate_series(${from}, ${to}) i`

describe('the plan of the step', () => {
  let database: TestDatabase
  let store: Store

  beforeAll(async () => {
    database = await createDatabase()
    store = await openStore({ database: database.url })
  })
  afterAll(async () => {
    await store.stop()
    await database.drop()
  })

  async function explain(): Promise<Plan[]> {
    const connection = createConnection(linkTo(database.url), 'actrail')
    connection.client.on('error', () => {})
    await connection.open()
    const parameters = [4_000, 4 << 20, '00000000-0000-0000-0000-000000000000', 'c', null, 0]
    const sql = `explain (format json) ${sequenceStep({ open: 1, lookBack: [0] })}`
    const [row] = await connection.queries.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(sql, parameters)
    await connection.close()
    return row?.['QUERY PLAN'].flatMap((each) => flat(each.Plan)) ?? []
  }

  function expectIndexes(nodes: Plan[]): void {
    for (const shard of ['event_0', 'event_1']) {
      const reads = nodes.filter((node) => node['Relation Name'] === shard && node['Node Type'].endsWith('Scan'))
      const ends = shard === 'event_1' ? ['event_1_seq'] : []
      expect(reads.map((node) => node['Index Name']).sort()).toEqual([`${shard}_id`, ...ends])
    }
    const inbox = nodes.filter((node) => node['Relation Name'] === 'inbox' && node['Node Type'].endsWith('Scan'))
    expect(new Set(inbox.map((node) => node['Index Name']))).toEqual(new Set(['inbox_pkey']))
  }

  it('looks ids up by their index and takes batches by theirs: in an empty log, in a large one, with stale statistics', async () => {
    await store.database.query('select actrail.create_shard(1), actrail.attach_shard(1)')
    expectIndexes(await explain())
    await store.database.query('analyze actrail.event_0')
    await store.database.query(fill(0, 0, 60_000))
    await store.database.query(fill(1, 60_001, 61_000))
    expectIndexes(await explain())
    await store.database.query('analyze actrail.event_0')
    expectIndexes(await explain())
    await store.database.query(`insert into actrail.inbox (events, batch) select 1, '[]' from generate_series(1, 5000)`)
    await store.database.query('analyze actrail.inbox')
    expectIndexes(await explain())
  })

  it('joins what it holds in memory by hash, whatever it expects to find there', async () => {
    const joins = (await explain()).filter((node) => node['Node Type'] === 'Hash Join')
    expect(joins.length).toBeGreaterThanOrEqual(2)
  })
})
