import { fillLog, WORKSPACE } from '../../../../../bench/page/fixture'
import { createDatabase, type TestDatabase } from '../../../../../test/db/databases'
import { openStore, type Store } from '../store'
import { type FiguresAsked, figuresSql } from './figures'

interface Node {
  readonly 'Node Type': string
  readonly 'Index Name'?: string
  readonly 'Relation Name'?: string
  readonly Plans?: readonly Node[]
}

let database: TestDatabase
let store: Store

beforeAll(async () => {
  database = await createDatabase()
  await fillLog(database.url, { events: 30_000, shards: 2 })
  store = await openStore({ database: database.url })
}, 120_000)
afterAll(async () => {
  await store.stop()
  await database.drop()
})

const day = (n: number): number => Date.UTC(2025, 0, n)
const period = { from: day(10) + 900_000, to: day(13) - 900_000 }
const actor = { id: 'user_7', type: 'user' }
const users = { period, actorType: 'user', by: 'total', isLeast: false, most: 10 } as const

it.each<[string, FiguresAsked, string[]]>([
  ['kinds', { kinds: { period, most: 10 } }, ['rollup_total_day_pkey', 'rollup_total_quarter_pkey']],
  ['kinds of one', { kinds: { period, actor, most: 10 } }, ['rollup_actor_day_pkey', 'rollup_actor_quarter_pkey']],
  ['an actor', { actor }, ['rollup_actor_pkey']],
  ['a timeline', { timeline: { period, starts: [period.from] } }, ['rollup_total_quarter_pkey']],
  ['the timeline of one', { timeline: { period, actor, starts: [period.from] } }, ['rollup_actor_quarter_pkey']],
  ['hours', { hours: { period, spans: [{ from: period.from, offsetMs: 0 }] } }, ['rollup_total_quarter_pkey']],
  ['users', { users }, ['rollup_actor_day_by_day', 'rollup_actor_quarter_by_time', 'rollup_actor_pkey']],
  [
    'users of a month',
    { users: { ...users, period: { from: day(1), to: day(31) } } },
    ['rollup_actor_week_pkey', 'rollup_actor_day_by_day', 'rollup_actor_pkey'],
  ],
  [
    'inactive users',
    { inactive: { actorType: 'user', since: day(5), byLogin: false, most: 5 } },
    ['rollup_actor_pkey'],
  ],
  ['resources', { resources: { period, by: 'total', most: 10 } }, ['rollup_resource_day_pkey']],
  [
    'resources of a type',
    { resources: { period, types: ['issue'], by: 'total', most: 10 } },
    ['rollup_resource_day_pkey'],
  ],
])('%s are read by index, and never from the log', async (_, asked, expected) => {
  const { text, values } = figuresSql(WORKSPACE, asked)
  const plan = await store.database.transaction(async (queries) => {
    // The tables are small here: what index there is for the question, not whether it pays.
    await queries.query('set local enable_seqscan = off')
    return queries.query<Record<string, readonly [{ Plan: Node }]>>(`explain (format json) ${text}`, values)
  })
  const flat = (node: Node): readonly Node[] => [node, ...(node.Plans ?? []).flatMap(flat)]
  const nodes = flat(plan[0]!['QUERY PLAN']![0].Plan)
  expect(nodes.map((node) => node['Index Name'])).toEqual(expect.arrayContaining(expected))
  expect(nodes.filter((node) => node['Node Type'] === 'Seq Scan')).toEqual([])
  expect(nodes.filter((node) => node['Relation Name']?.startsWith('event'))).toEqual([])
})
