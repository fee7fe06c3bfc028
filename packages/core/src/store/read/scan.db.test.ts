import { fillLog, WORKSPACE } from '../../../../../bench/page/fixture'
import { createDatabase, type TestDatabase } from '../../../../../test/db/databases'
import { type EventFilter, filterTerms } from '../../filter/filter'
import { openStore, type Store } from '../store'
import { LOG_PATH, pathBy, pathsOf, searchPath } from './access-path'
import type { Statement } from './bind'
import { byIdSql } from './by-id'
import { locateSql } from './locate'
import { actorTotalsSql, kindTotalsSql, quartersSql } from './rollups'
import { countSql, pageSql, type Scan } from './scan'

interface Node {
  readonly 'Node Type': string
  readonly 'Index Name'?: string
  readonly Plans?: readonly Node[]
}

describe('the plan of a list', () => {
  let database: TestDatabase
  let store: Store

  beforeAll(async () => {
    database = await createDatabase()
    await fillLog(database.url, { events: 30_000, shards: 2 })
    store = await openStore({ database: database.url, search: 'trigrams' })
    while (await store.searchIndex.indexNext());
  }, 120_000)
  afterAll(async () => {
    await store.stop()
    await database.drop()
  })

  /** Every node of the plan, with the index it uses. */
  async function nodes({ text, values }: Statement): Promise<readonly Node[]> {
    const [row] = await store.database.query<Record<string, readonly [{ Plan: Node }]>>(
      `explain (format json) ${text}`,
      values,
    )
    const flat = (node: Node): readonly Node[] => [node, ...(node.Plans ?? []).flatMap(flat)]
    return flat(row!['QUERY PLAN']![0].Plan)
  }
  const indexes = async (statement: Statement) =>
    [...new Set((await nodes(statement)).map((node) => node['Index Name']).filter((name) => name !== undefined))].sort()

  const scan = (filter: EventFilter, part: Partial<Scan> = {}): Scan => {
    const terms = filterTerms(filter)
    const spans = [
      { shard: 1, first: 15_000, last: 29_999 },
      { shard: 0, first: 0, last: 14_999 },
    ]
    return { workspaceId: WORKSPACE, spans, path: pathsOf(terms)[0], terms, limit: 50, ...part }
  }
  const both = (suffix: string) => [`event_0_${suffix}`, `event_1_${suffix}`]

  it.each<[string, EventFilter, string]>([
    ['everything', {}, 'seq'],
    ['an actor', { actorId: 'user_42' }, 'actor'],
    ['an action', { actions: ['issue.created'] }, 'action'],
    ['two actions', { actions: ['issue.created', 'env.read'] }, 'action'],
    ['a resource', { resourceTypes: ['comment'], resourceId: 'res_77' }, 'resource'],
    ['an issue', { issue: 'issue_77' }, 'issue'],
    ['an e-mail', { actorEmail: 'User42@example.com' }, 'email'],
    ['an address', { ip: '10.0.1.7' }, 'ip'],
    ['a project', { project: 'project_3' }, 'project'],
    ['a result', { results: ['denied'] }, 'failed'],
    ['failures', { status: 'FAILED' }, 'failed'],
    ['a stretch of time', { from: 0 }, 'seq'],
    ['a search', { search: 'x' }, 'seq'],
    ['an actor, but not all it did', { actorId: 'user_42', not: [{ actions: ['env.*'] }, { ip: '::1' }] }, 'actor'],
    ['two patterns at once', { actions: ['issue.created'], also: [{ actions: ['*.created'] }] }, 'action'],
    ['all but an actor', { not: [{ actorId: 'user_42' }] }, 'seq'],
    ['an actor and an action', { actorId: 'user_42', actions: ['env.*'] }, 'actor'],
    [
      'an issue and all the rest',
      { issue: 'issue_7', actorId: 'user_4', ip: '10.0.1.7', project: 'project_3' },
      'issue',
    ],
  ])('reads %s by its index, newest first, page and count alike', async (_, filter, suffix) => {
    expect(await indexes(pageSql(scan(filter)))).toEqual(both(suffix))
    expect(await indexes(countSql(scan(filter)))).toEqual(both(suffix))
    const kinds = (await nodes(pageSql(scan(filter)))).map((node) => node['Node Type'])
    expect(kinds).not.toContain('Seq Scan')
    expect(kinds).not.toContain('Bitmap Heap Scan')
  })

  it('reads verbs by the actions that the rollup has found', async () => {
    const path = pathBy('action', ['issue.created', 'env.create'], ['actions'])!
    expect(await indexes(pageSql(scan({ actions: ['create'] }, { path })))).toEqual(both('action'))
  })

  it.each<EventFilter>([{ search: 'res_1234' }, { search: 'Nothing of the kind', project: 'project_3' }])(
    'searches by the index of trigrams where the log has it: %j',
    async (filter) => {
      const path = searchPath(filterTerms(filter))!
      for (const part of [{ path }, { path, workspaceId: undefined }])
        expect(await indexes(pageSql(scan(filter, part)))).toEqual(both('search'))
      expect(await indexes(countSql(scan(filter, { path })))).toEqual(both('search'))
    },
  )

  it('reads all workspaces by the log index', async () => {
    const across = scan({ actorType: 'agent' }, { workspaceId: undefined, path: LOG_PATH })
    expect(await indexes(pageSql(across))).toEqual(both('pkey'))
  })

  it('names only the shards that are asked for', async () => {
    const spans = [{ shard: 1, first: 15_000, last: 29_999 }]
    expect(await indexes(pageSql(scan({ actorId: 'user_42' }, { spans })))).toEqual(['event_1_actor'])
  })

  it('looks up ids, heads and shards by their keys', async () => {
    expect(await indexes(byIdSql('0193fe3c-0000-7000-8000-000000000000', [0, 1]))).toEqual(both('id'))
    const located = await indexes(locateSql(WORKSPACE, {}))
    expect(located.every((name) => name === 'workspace_shard_by_seq')).toBe(true)
  })

  it('adds up rollups by their keys', async () => {
    const whole = { from: Date.UTC(2025, 0, 2), to: Date.UTC(2025, 0, 3) }
    const terms = filterTerms({ from: whole.from, to: whole.to })
    expect(await indexes(quartersSql(WORKSPACE, { terms, whole }))).toContain('rollup_quarter_pkey')
    expect(await indexes(actorTotalsSql(WORKSPACE, { actorId: 'user_42' }))).toContain('rollup_actor_day_pkey')
    // A few rows of one workspace: whichever way it is read, it is read once.
    const kinds = await nodes(kindTotalsSql(WORKSPACE, filterTerms({ actions: ['create'] })))
    expect(
      kinds.filter((node) => node['Node Type'].endsWith('Scan') && JSON.stringify(node).includes('"rollup_kind"')),
    ).toHaveLength(1)
  })
})
