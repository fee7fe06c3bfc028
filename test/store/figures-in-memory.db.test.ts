import fc from 'fast-check'
import { bucketStarts } from '../../packages/core/src/analytics/buckets'
import { figuresOfMemory } from '../../packages/core/src/memory-figures'
import { DAY_MS, roundedPeriod } from '../../packages/core/src/model/period'
import { offsetSpans } from '../../packages/core/src/model/time-zone'
import { createQuery } from '../../packages/core/src/query/query'
import { createFigureReader } from '../../packages/core/src/store/read/figures'
import { openStore } from '../../packages/core/src/store/store'
import { createDatabase } from '../db/databases'
import { ACTIVITY_BEGIN_MS, generatedActivity } from '../log/generated-activity'
import { rollUpAll, sequenceEvents } from '../log/sequence-events'

it('a trail in memory, for tests, gives the figures that the database gives', async () => {
  const database = await createDatabase()
  const store = await openStore({ database: database.url })
  await sequenceEvents(store, generatedActivity(1_200, 5))
  await rollUpAll(store)
  const { items } = await createQuery({ reader: store.read }).scroll({}, { limit: 10_000 }, '*')
  const memory = figuresOfMemory([...items].reverse())
  const real = createFigureReader(store.database)
  const stretches = fc.record({
    from: fc.integer({ min: ACTIVITY_BEGIN_MS - 3 * DAY_MS, max: ACTIVITY_BEGIN_MS + 13 * DAY_MS }),
    length: fc.integer({ min: 1, max: 9 * DAY_MS }),
    zone: fc.constantFrom('Europe/Berlin', 'Asia/Kathmandu'),
    interval: fc.constantFrom('hour' as const, 'day' as const),
    by: fc.constantFrom('total' as const, 'changes' as const, 'failed' as const),
    isLeast: fc.boolean(),
    byLogin: fc.boolean(),
    most: fc.constantFrom(2, 50),
    actor: fc.constantFrom({ id: 'a', type: 'user' }, { id: '😀', type: 'agent' }),
  })
  await fc.assert(
    fc.asyncProperty(stretches, async ({ from, length, zone, interval, by, isLeast, byLogin, most, actor }) => {
      const period = roundedPeriod({ from, to: from + length }, 900_000)
      const spans = offsetSpans(zone, period.from, period.to)
      const starts = bucketStarts(period, interval, spans)
      const others = {
        actor,
        hours: { period, spans },
        users: { period, actorType: 'user', by, isLeast, most },
        inactive: { actorType: 'agent', since: period.from, byLogin, most },
        resources: { period: roundedPeriod(period, DAY_MS), by, most },
      }
      for (const asked of [
        { kinds: { period, most }, timeline: { period, starts }, ...others },
        { kinds: { period, actor, most }, timeline: { period, actor, starts } },
      ])
        expect(await memory.figures('w', asked)).toEqual(await real.figures('w', asked))
    }),
    { numRuns: 40, seed: 1 },
  )
  await store.stop()
  await database.drop()
}, 60_000)
