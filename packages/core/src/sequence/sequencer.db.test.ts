import { createDatabase, type TestDatabase } from '../../../../test/db/databases'
import { createIds } from '../model/id'
import { openStore, type Store } from '../store/store'
import { createSequencer, type Sequencer } from './sequencer'

const ids = createIds()
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

function batch(...parts: object[]): [Buffer, number] {
  const rows = parts.map((part) => ({
    v: 1,
    id: ids.next(),
    occurred_at: Date.now(),
    workspace_id: 'w',
    action: 'issue.created',
    verb: 'CREATE',
    result: 'success',
    source: 'record',
    leaf_hash: `\\x${'00'.repeat(32)}`,
    ...part,
  }))
  return [Buffer.from(JSON.stringify(rows)), rows.length]
}

/** Asks until the answer is true; fails after `ms`. */
async function until(question: () => boolean | Promise<boolean>, ms: number): Promise<void> {
  const deadline = Date.now() + ms
  while (!(await question())) {
    if (Date.now() > deadline) throw new Error(`not true after ${ms} ms`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('the sequencer', () => {
  let database: TestDatabase
  let store: Store
  const sequencers: Sequencer[] = []

  beforeEach(async () => {
    database = await createDatabase()
    store = await openStore({ database: database.url })
  })
  afterEach(async () => {
    await Promise.all(sequencers.splice(0).map((each) => each.stop()))
    await store.stop()
    await database.drop()
  })

  function start(): Sequencer {
    const sequencer = createSequencer({ log: store.sequence, logger: silent })
    sequencers.push(sequencer)
    sequencer.start()
    return sequencer
  }

  const killLeader = (): Promise<unknown> =>
    store.database.query(`select pg_terminate_backend(l.pid) from pg_locks l join pg_database d on d.oid = l.database
        where d.datname = current_database() and l.locktype = 'advisory' and l.granted`)

  it('sequences what a sender of this process appends, without waiting for the next look', async () => {
    const sequencer = start()
    await until(() => sequencer.isLeader(), 10_000)
    for (let i = 0; i < 5; i++) {
      await store.append(...batch({}, {}))
      sequencer.wake(2)
      await store.drained()
    }
    expect(await store.status()).toMatchObject({ sequencedEvents: 10, waitingEvents: 0 })
    expect(sequencer.status()).toMatchObject({ state: 'leading', sequenced: 10, duplicates: 0, failures: 0 })
  })

  it('finds by itself what others append', async () => {
    start()
    await store.append(...batch({}))
    await store.drained(AbortSignal.timeout(10_000))
  })

  it('leads in one process only, and another one follows a dead leader', async () => {
    const [one, two] = [start(), start()]
    await until(() => one.isLeader() || two.isLeader(), 10_000)
    await until(() => [one, two].some((each) => each.status().state === 'standby'), 10_000)
    expect(one.isLeader()).not.toBe(two.isLeader())
    const leader = one.isLeader() ? one : two
    await leader.stop()
    const began = Date.now()
    await until(() => (leader === one ? two : one).isLeader(), 10_000)
    expect(Date.now() - began).toBeLessThan(5_000)
  })

  it('comes back when the server ends its connection', async () => {
    const sequencer = start()
    await until(() => sequencer.isLeader(), 10_000)
    await killLeader()
    await until(() => sequencer.status().failures > 0, 10_000)
    await store.append(...batch({}))
    await store.drained(AbortSignal.timeout(10_000))
    expect(sequencer.isLeader()).toBe(true)
  })

  it('moves poison into quarantine, and neighbours into the log', async () => {
    const sequencer = start()
    for (let i = 0; i < 30; i++) await store.append(...batch({}, i % 10 === 3 ? { details: { a: '\0' } } : {}, {}))
    await store.drained(AbortSignal.timeout(20_000))
    expect(await store.status()).toMatchObject({ sequencedEvents: 87, quarantinedEvents: 3 })
    expect(sequencer.status()).toMatchObject({ sequenced: expect.any(Number), quarantined: 3, state: 'leading' })
  })

  it('connects once the server is there', async () => {
    let refusals = 2
    const log = {
      connect: () => (refusals-- > 0 ? Promise.reject(new Error('not yet')) : store.sequence.connect()),
    }
    const sequencer = createSequencer({ log, logger: silent })
    sequencers.push(sequencer)
    sequencer.start()
    await until(() => sequencer.isLeader(), 10_000)
    expect(sequencer.status()).toMatchObject({ failures: 2, problem: undefined })
  })

  it('tells of the steps of other processes', async () => {
    start()
    const elsewhere = await openStore({ database: database.url })
    const standby = createSequencer({ log: elsewhere.sequence, logger: silent })
    await until(() => sequencers[0]?.isLeader() === true, 10_000)
    standby.start()
    await until(() => standby.status().state === 'standby', 10_000)
    const heard = new Promise<number>((resolve) => elsewhere.onSequenced(resolve))
    await store.append(...batch({}, {}, {}))
    expect(await heard).toBe(3)
    await standby.stop()
    await elsewhere.stop()
  })
})
