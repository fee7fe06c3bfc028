import fc from 'fast-check'
import { createDatabase, type TestDatabase } from '../../../../../test/db/databases'
import { eventFilters, eventRows } from '../../../../../test/log/generated-events'
import { sequenceEvents } from '../../../../../test/log/sequence-events'
import { filterTerms } from '../../filter/filter'
import { predicateOf } from '../../filter/predicate'
import type { EventRow } from '../../model/event'
import { createIds } from '../../model/id'
import { openStore, type Store } from '../store'
import { createBindings } from './bind'
import { filterToSql, possibleTerms } from './filter-to-sql'

describe('a filter as SQL', () => {
  const ids = createIds()
  const rows: EventRow[] = fc.sample(eventRows, { numRuns: 400, seed: 1 }).map((row) => ({ ...row, id: ids.next() }))
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

  it('finds the events that the predicate meets, and no others', async () => {
    let met = 0
    await fc.assert(
      fc.asyncProperty(eventFilters, async (filter) => {
        const terms = filterTerms(filter)
        const bindings = createBindings()
        const conditions = filterToSql(terms, bindings)
        const found = await store.database.query<{ id: string }>(
          `select id from actrail.event_0 e where ${conditions.join(' and ')} order by workspace_seq`,
          bindings.values,
        )
        const expected = rows.filter(predicateOf(filter)).map(({ id }) => id)
        expect(found.map(({ id }) => id)).toEqual(expected)
        if (possibleTerms(terms) === undefined) expect(expected).toEqual([])
        if (expected.length > 0) met++
      }),
      { numRuns: 2_500 },
    )
    expect(met).toBeGreaterThan(250) // else the law was hardly tried
  })

  it('leaves out the terms that an index guarantees', () => {
    const bindings = createBindings()
    expect(filterToSql({ actorId: 'a', project: 'p' }, bindings, ['actorId'])).toEqual(['(e.project = $1) is true'])
    expect(bindings.values).toEqual(['p'])
  })
})
