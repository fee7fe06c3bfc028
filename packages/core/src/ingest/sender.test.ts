import fc from 'fast-check'
import { ADOPT, createScratch, idOf, request, type Scratch, text, until } from '../../../../test/journal/scratch'
import type { Journal } from '../journal/types'
import type { SenderStore } from './delivery'
import { createSender, type Sender } from './sender'

interface FakeStore extends SenderStore {
  readonly stored: string[]
  readonly batches: number[]
  readonly quarantined: string[]
  /** Thrown by everything while set. */
  away: Error | undefined
  /** Events that the store refuses, with or without saying that it is the data. */
  readonly poison: Set<string>
  refusesOpenly: boolean
}

class DataError extends Error {}

/** A store in memory that can be away and can refuse events. */
function createStore(): FakeStore {
  const check = (store: FakeStore, ids: readonly string[]): void => {
    if (store.away) throw store.away
    const bad = ids.find((id) => store.poison.has(id))
    if (bad) throw store.refusesOpenly ? new DataError(`no ${bad}`) : new Error('the connection ended')
  }
  const store: FakeStore = {
    ...{ stored: [], batches: [], quarantined: [], away: undefined, poison: new Set(), refusesOpenly: true },
    async append(payload, events) {
      const ids = (JSON.parse(payload.toString()) as { id: string }[]).map(({ id }) => id)
      expect(ids).toHaveLength(events)
      await Promise.resolve()
      check(store, ids)
      store.stored.push(...ids)
      store.batches.push(events)
    },
    async appendAll(batches) {
      const all = batches.map(({ payload }) => (JSON.parse(payload.toString()) as { id: string }[]).map(({ id }) => id))
      await Promise.resolve()
      check(store, all.flat())
      store.stored.push(...all.flat())
      store.batches.push(...batches.map(({ events }) => events))
    },
    async quarantine(event) {
      if (store.away) throw store.away
      store.quarantined.push((JSON.parse(event) as { id: string }).id)
    },
    isDataError: (error) => error instanceof DataError,
  }
  return store
}

const ids = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, n) => idOf(from + n))

describe('sender', () => {
  let scratch: Scratch
  let journal: Journal
  let store: FakeStore
  const senders: Sender[] = []
  const warnings: string[] = []
  beforeEach(() => {
    scratch = createScratch()
    journal = scratch.open()
    store = createStore()
    warnings.length = 0
  })
  afterEach(async () => {
    for (const sender of senders.splice(0)) await sender.stop()
    await scratch.remove()
  })

  function send(options = {}, onStored: (events: number) => void = () => undefined): Sender {
    const logger = { warn: (_: object, message: string): void => void warnings.push(message) }
    const sender = createSender({ reader: journal.reader, store, logger, onStored }, options)
    senders.push(sender)
    return sender
  }

  it('stores everything in order, tells how much, and leaves nothing behind', async () => {
    const told: number[] = []
    const sender = send({}, (events) => told.push(events))
    for (let n = 0; n < 1_300; n++) request(journal, n)
    await journal.written()
    expect(await sender.flush()).toBe(true)
    expect(store.stored).toEqual(ids(0, 1_300))
    expect(told.reduce((sum, events) => sum + events, 0)).toBe(1_300)
    expect(Math.max(...store.batches)).toBeLessThanOrEqual(500)
    expect(sender.status()).toMatchObject({ storedEvents: 1_300, quarantinedEvents: 0, failures: 0 })
    expect(journal.status().unsentEvents).toBe(0)
  })

  it('gathers a batch for a while, and not for longer', async () => {
    send({ batchMs: 40 })
    for (let n = 0; n < 5; n++) {
      request(journal, n)
      await journal.written()
    }
    expect(store.stored).toEqual([])
    await until(() => store.stored.length === 5)
    expect(store.batches).toEqual([5])
  })

  it('does not wait when a whole batch is there', async () => {
    send({ batchMs: 3_600_000, batchEvents: 50 })
    for (let n = 0; n < 120; n++) request(journal, n)
    await until(() => store.stored.length >= 100)
    expect(store.batches.slice(0, 2)).toEqual([50, 50])
  })

  it('keeps everything while the store is away, and sends it in order when it is back', async () => {
    store.away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
    const sender = send({ batchMs: 1, batchEvents: 20 })
    for (let n = 0; n < 100; n++) request(journal, n)
    await until(() => sender.status().failures >= 2)
    expect(sender.status()).toMatchObject({ state: 'retrying', lastError: 'connect ECONNREFUSED' })
    expect(warnings.filter((warning) => warning.includes('took no events'))).toHaveLength(1)
    store.away = undefined
    expect(await sender.flush()).toBe(true)
    expect(store.stored).toEqual(ids(0, 100))
    expect(store.quarantined).toEqual([])
  })

  it('quarantines exactly the events that the store refuses', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(99), { maxLength: 6 }), async (poison) => {
        const own = createScratch()
        journal = own.open()
        store = createStore()
        for (const n of poison) store.poison.add(idOf(n))
        const sender = send({ batchEvents: 40 })
        for (let n = 0; n < 100; n++) request(journal, n)
        await journal.written()
        expect(await sender.flush()).toBe(true)
        expect(store.stored).toEqual(ids(0, 100).filter((id) => !store.poison.has(id)))
        expect(new Set(store.quarantined)).toEqual(store.poison)
        expect(journal.status().unsentEvents).toBe(0)
        await sender.stop()
        await own.remove()
      }),
      { numRuns: 20 },
    )
  })

  it('finds a poison event also when the store only fails', async () => {
    store.refusesOpenly = false
    store.poison.add(idOf(2))
    const sender = send({ batchMs: 1 })
    for (let n = 0; n < 4; n++) request(journal, n)
    await journal.written()
    const done = sender.flush()
    // A flush ends the pause before the next attempt: ask until the last one is through.
    await until(async () => {
      void sender.flush()
      return store.quarantined.length === 1
    })
    expect(await done).toBe(true)
    expect(store.quarantined).toEqual([idOf(2)])
    expect(store.stored).toEqual([idOf(0), idOf(1), idOf(3)])
  })

  it('never keeps an event from the log because the store was away', async () => {
    store.away = new Error('away')
    const sender = send({ batchMs: 1 })
    request(journal, 0)
    await until(async () => {
      void sender.flush()
      return sender.status().failures > 20
    })
    store.away = undefined
    expect(await sender.flush()).toBe(true)
    expect(store.stored).toEqual([idOf(0)])
    expect(sender.status().quarantinedEvents).toBe(0)
  })

  it('stops at once with the store away, and says that not all is stored', async () => {
    store.away = new Error('away')
    const sender = send({ batchMs: 1 })
    request(journal, 0)
    await journal.written()
    const flushed = sender.flush()
    await until(() => sender.status().failures > 0)
    await sender.stop()
    await sender.stop()
    expect(await flushed).toBe(false)
    expect(await sender.flush()).toBe(false)
    expect(sender.status().state).toBe('stopped')
    expect(journal.status().unsentEvents).toBe(1)
  })

  it('has nothing to flush when nothing is written', async () => {
    expect(await send().flush()).toBe(true)
  })

  it('sends what a dead process left', async () => {
    for (let n = 0; n < 50; n++) request(journal, n)
    journal.intent(idOf(50), '{}')
    await journal.written()
    scratch.crash(journal)
    journal = scratch.open(ADOPT)
    send({ batchMs: 1 })
    await until(() => store.stored.length === 51)
    expect(store.stored).toEqual([...ids(0, 50), `unknown-${idOf(50)}`])
    await until(() => journal.status().adopting === 0)
  })

  it('lets the folder of a dead process go once all of it is stored, also when the last batch was full', async () => {
    for (let n = 0; n < 2_000; n++) request(journal, n)
    await journal.written()
    scratch.crash(journal)
    journal = scratch.open(ADOPT)
    send({ batchMs: 1 })
    await until(() => store.stored.length === 2_000)
    await until(() => journal.status().adopting === 0)
  })

  it('goes on after a listener that throws', async () => {
    const sender = send({ batchMs: 1 }, () => {
      throw new Error('made to fail')
    })
    journal.outcome(text({ id: idOf(0) }))
    await journal.written()
    expect(await sender.flush()).toBe(true)
    journal.outcome(text({ id: idOf(1) }))
    await journal.written()
    expect(await sender.flush()).toBe(true)
    expect(store.stored).toEqual(ids(0, 2))
  })
})
