import { createDatabase, type TestDatabase } from '../../../../test/db/databases'
import { createIds } from '../model/id'
import { openStore, type Store } from '../store/store'
import { createSequencer, type Sequencer } from './sequencer'

const ids = createIds()
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

function row(part: Record<string, unknown> = {}): string {
  return JSON.stringify({
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
  })
}

const batch = (texts: string[]): [Buffer, number] => [Buffer.from(`[${texts.join(',')}]`), texts.length]

describe('the sequencer on Postgres', () => {
  let database: TestDatabase
  let store: Store
  let sequencer: Sequencer

  beforeEach(async () => {
    database = await createDatabase()
    store = await openStore({ database: database.url })
    sequencer = createSequencer({ log: store.sequence, logger: silent })
    sequencer.start()
  })
  afterEach(async () => {
    await sequencer.stop()
    await store.stop()
    await database.drop()
  })

  it('numbers what was appended', async () => {
    for (let i = 0; i < 20; i++) await store.append(...batch([row(), row({ workspace_id: `x${i % 3}` })]))
    sequencer.wake(1)
    await store.drained()
    const rows = await store.database.query<{ log_index: number }>('select log_index from actrail.event order by 1')
    expect(rows.map((each) => each.log_index)).toEqual(Array.from({ length: 40 }, (_, i) => i))
  })

  it('quarantines poison and keeps its neighbours', async () => {
    await store.append(...batch([row(), row({ details: { a: '\0' } }), row(), row({ action: 'x'.repeat(100_000) })]))
    sequencer.wake(1)
    await store.drained()
    const status = await store.status()
    expect(status).toMatchObject({ sequencedEvents: 3, quarantinedEvents: 1 })
  })
})
