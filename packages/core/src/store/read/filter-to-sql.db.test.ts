import fc from 'fast-check'
import { createDatabase, type TestDatabase } from '../../../../../test/db/databases'
import { eventRows } from '../../../../../test/log/generated-events'
import { allFilters } from '../../../../../test/log/generated-filters'
import { sequenceEvents } from '../../../../../test/log/sequence-events'
import { type EventFilter, filterTerms } from '../../filter/filter'
import { predicateOf } from '../../filter/predicate'
import type { EventRow } from '../../model/event'
import { createIds } from '../../model/id'
import { openStore, type Store } from '../store'
import { createBindings } from './bind'
import { filterToSql, possibleTerms } from './filter-to-sql'

/** At once, so that twenty thousand take seconds. */
const FILTERS = 50

describe('a filter as SQL', () => {
  const ids = createIds()
  const rows: EventRow[] = fc.sample(eventRows, { numRuns: 150, seed: 1 }).map((row) => ({ ...row, id: ids.next() }))
  let database: TestDatabase
  let store: Store

  beforeAll(async () => {
    database = await createDatabase()
    store = await openStore({ database: database.url })
    await sequenceEvents(store, rows)
  })
  afterAll(async () => {
    await store.stop()
    await database.drop()
  })

  /** The places in {@link rows} that each filter finds, by one statement for all of them. */
  async function found(filters: readonly EventFilter[]): Promise<number[][]> {
    const bindings = createBindings()
    const selects = filters.map((filter, index) => {
      const conditions = filterToSql(filterTerms(filter), bindings)
      const where = conditions.length > 0 ? ` where ${conditions.join(' and ')}` : ''
      return `select ${index} as filter, json_agg(workspace_seq order by workspace_seq) as places from actrail.event_0 e${where}`
    })
    const answers = await store.database.query<{ places: number[] | null }>(
      `${selects.join(' union all ')} order by filter`,
      bindings.values,
    )
    return answers.map(({ places }) => places ?? [])
  }

  it('finds the events that the predicate meets, and no others', async () => {
    let met = 0
    await fc.assert(
      fc.asyncProperty(fc.array(allFilters, { minLength: FILTERS, maxLength: FILTERS }), async (filters) => {
        const expected = filters.map((filter) => {
          const isMet = predicateOf(filter)
          return rows.flatMap((row, place) => (isMet(row) ? [place] : []))
        })
        expect(await found(filters)).toEqual(expected)
        for (const [index, filter] of filters.entries()) {
          const count = expected[index]?.length ?? 0
          if (possibleTerms(filterTerms(filter)) === undefined) expect(count).toBe(0)
          if (count > 0) met++
        }
      }),
      { numRuns: 20_000 / FILTERS },
    )
    expect(met).toBeGreaterThan(4_000) // else the law was hardly tried
  }, 120_000)

  it('leaves out the terms that an index guarantees', () => {
    const bindings = createBindings()
    expect(filterToSql({ actorId: 'a', project: 'p' }, bindings, ['actorId'])).toEqual(['(e.project = $1) is true'])
    expect(bindings.values).toEqual(['p'])
  })
})
