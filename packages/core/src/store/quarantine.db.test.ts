import { createDatabase, type TestDatabase } from '../../../../test/db/databases'
import { encodeRow } from '../ledger/row'
import { normaliseEvent } from '../ledger/normal-form'
import { createIds } from '../model/id'
import { createRedactor } from '../redact/redactor'
import { createSequencer } from '../sequence/sequencer'
import { openStore, type Store } from './store'

const ids = createIds()
const deps = { now: Date.now, nextId: () => ids.next(), redactor: createRedactor() }
const event = (): string => encodeRow(normaliseEvent({ action: 'issue.created', workspace: 'w1' }, deps))

describe('the quarantine', () => {
  let database: TestDatabase
  let store: Store
  beforeEach(async () => {
    database = await createDatabase()
    store = await openStore({ database: database.url })
  })
  afterEach(async () => {
    await store.stop()
    await database.drop()
  })

  /** How many events the log holds, once all that waits is in it. */
  async function logged(): Promise<number> {
    const sequencer = createSequencer({ log: store.sequence, logger: { warn: () => undefined } as never })
    sequencer.start()
    await store.drained()
    await sequencer.stop()
    return (await store.status()).sequencedEvents
  }

  it('lists what was put aside, oldest first, a page at a time', async () => {
    const texts = [event(), event(), 'no JSON']
    for (const text of texts) await store.quarantine(text, `reason of ${texts.indexOf(text)}`)
    const first = await store.quarantined.list({ limit: 2 })
    expect(first.map(({ event: text, reason }) => [text, reason])).toEqual([
      [texts[0], 'reason of 0'],
      [texts[1], 'reason of 1'],
    ])
    expect(Math.abs(Date.now() - (first[0]?.quarantinedAt.getTime() ?? 0))).toBeLessThan(60_000)
    const rest = await store.quarantined.list({ after: first[1]?.id ?? '' })
    expect(rest.map(({ event: text }) => text)).toEqual(['no JSON'])
  })

  it('gives an event to the log once, however often and by however many it is tried', async () => {
    const text = event()
    await store.append(Buffer.from(`[${text}]`), 1)
    await store.quarantine(text, 'it was in the log all the same')
    await store.quarantine(event(), 'the moment was wrong')
    const found = (await store.quarantined.list()).map(({ id }) => id)
    const outcomes = await Promise.all([1, 2, 3].map(() => store.quarantined.retry(found)))
    for (const id of found) {
      const own = outcomes.flat().filter((retried) => retried.id === id)
      expect(own.map(({ outcome }) => outcome).sort()).toEqual(['gone', 'gone', 'retried'])
    }
    expect(await logged()).toBe(2)
    expect(await store.quarantined.list()).toEqual([])
  })

  it('keeps what is refused again, with the reason, and takes its neighbours', async () => {
    await store.quarantine('{"no JSON', 'first')
    await store.quarantine(event(), 'second')
    const [broken, sound] = await store.quarantined.list()
    expect(await store.quarantined.retry([broken?.id ?? '', sound?.id ?? '', '4711'])).toEqual([
      { id: broken?.id, outcome: 'refused', reason: expect.stringContaining('json') as string },
      { id: sound?.id, outcome: 'retried' },
      { id: '4711', outcome: 'gone' },
    ])
    expect(await logged()).toBe(1)
    expect((await store.quarantined.list()).map(({ reason }) => reason)).toEqual(['first'])
  })
})
