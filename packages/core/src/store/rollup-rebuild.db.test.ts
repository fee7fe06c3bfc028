import { createDatabase, type TestDatabase } from '../../../../test/db/databases'
import { openNextShard, rollUpAll, sequenceEvents } from '../../../../test/log/sequence-events'
import { normaliseEvent } from '../ledger/normal-form'
import type { EventRow } from '../model/event'
import { createIds } from '../model/id'
import { createRedactor } from '../redact/redactor'
import { ROLLUP_TABLES } from './sql/rollup'
import { openStore, type Store } from './store'

const ids = createIds()
const deps = { now: Date.now, nextId: () => ids.next(), redactor: createRedactor() }
const BEGIN_MS = Date.UTC(2024, 2, 1)
const ACTIONS = ['issue.created', 'issue.updated', 'env.delete', 'auth.login']

let made = 0
/** Events of three workspaces and seven actors, every tenth of which happened long before the others. */
function events(count: number): EventRow[] {
  return Array.from({ length: count }, () => {
    const n = made++
    return normaliseEvent(
      {
        action: ACTIONS[n % ACTIONS.length] ?? '',
        workspace: `w${n % 3}`,
        actor: { type: 'user', id: `u${n % 7}`, email: `u${n % 7}@example.com` },
        resource: { type: 'issue', id: `i${n % 11}` },
        result: n % 5 === 0 ? 'failure' : 'success',
        occurredAt: BEGIN_MS + n * 60_000 - (n % 10 === 0 ? 40 * 86_400_000 : 0),
      },
      deps,
    )
  })
}

interface Packed {
  kinds?: number[]
  counts?: number[]
}

/** Counts of kinds stand in no order; they mean the same in any. */
function inOrder({ kinds = [], counts, ...rest }: Packed): object {
  return { ...rest, kinds: kinds.map((kind, at) => [kind, counts?.[at]] as const).sort(([a], [b]) => a - b) }
}

describe('rebuilding the rollups', () => {
  let database: TestDatabase
  let store: Store
  let shard: number
  beforeEach(async () => {
    database = await createDatabase()
    store = await openStore({ database: database.url })
    await sequenceEvents(store, events(900))
    shard = await openNextShard(store, 0)
    await sequenceEvents(store, events(700), shard)
    await rollUpAll(store)
  })
  afterEach(async () => {
    await store.stop()
    await database.drop()
  })

  /** All rows of all rollups. */
  async function rollups(): Promise<Record<string, string[]>> {
    const found: Record<string, string[]> = {}
    for (const table of ROLLUP_TABLES) {
      const rows = await store.database.query<{ row: Packed }>(`select to_jsonb(r) as row from actrail.${table} r`)
      found[table] = rows.map(({ row }) => JSON.stringify(inOrder(row))).sort()
    }
    return found
  }

  /** What the rollup of quarters must say, from the log itself. */
  const truth = (): Promise<unknown[]> =>
    store.database.query(`
      select workspace_id, date_bin('15 minutes', occurred_at, '0001-01-01 00:00:00+00') as quarter, action, verb, result,
             count(*)::bigint as events, min(workspace_seq) as first_seq, max(workspace_seq) as last_seq
      from actrail.event group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5`)
  const told = (): Promise<unknown[]> =>
    store.database.query('select * from actrail.rollup_quarter order by 1, 2, 3, 4, 5')

  async function corrupt(): Promise<void> {
    await store.database.query('update actrail.rollup_quarter set events = events + 7, first_seq = last_seq')
    await store.database.query('delete from actrail.rollup_total_day')
    await store.database.query(`delete from actrail.rollup_kind where action = 'env.delete'`)
    await store.database.query('update actrail.rollup_head set next_seq = next_seq - 3')
  }

  const tables = async (): Promise<string[]> => {
    const rows = await store.database.query<{ name: string }>(
      `select relname::text as name from pg_class where relnamespace = 'actrail'::regnamespace and relname like 'rebuild%'`,
    )
    return rows.map(({ name }) => name)
  }
  const readers = async (): Promise<unknown[]> =>
    store.database.query('select name, next_index from actrail.reader order by name')

  it.each([100_000, 64])(
    'mends whatever was wrong with them, in pieces of %i events, over all shards',
    async (pieceEvents) => {
      const before = await rollups()
      await corrupt()
      expect(await rollups()).not.toEqual(before)
      const seen: number[] = []
      const onProgress = ({ events: at }: { events: number }) => void seen.push(at)
      expect(await store.rebuildRollups({ pieceEvents, onProgress })).toEqual({ events: 1600, of: 1600 })
      expect(await rollups()).toEqual(before)
      expect(await told()).toEqual(await truth())
      expect(seen).toEqual([...seen].sort((a, b) => a - b))
      expect(seen.at(-1)).toBe(1600)
      expect(await readers()).toEqual([{ name: 'rollups', next_index: 1600 }])
      expect(await tables()).toEqual([])
      await sequenceEvents(store, events(50), shard)
      await rollUpAll(store)
      expect(await told()).toEqual(await truth())
    },
  )

  it('shows the old numbers, which go on, until all of the new ones are there', async () => {
    await corrupt()
    const wrong = await rollups()
    let pieces = 0
    const during: Promise<unknown>[] = []
    await store.rebuildRollups({
      pieceEvents: 500,
      onProgress: () => {
        if (pieces++ === 0) during.push(rollups().then((now) => expect(now).toEqual(wrong)))
      },
    })
    await Promise.all(during)
    expect(during).toHaveLength(1)
    expect(await told()).toEqual(await truth())
  })

  it('misses nothing and counts nothing twice while events come in and are rolled up', async () => {
    await corrupt()
    let isDone = false
    const writing = (async () => {
      while (!isDone) {
        await sequenceEvents(store, events(40), shard)
        await store.rollups.rollUp(100)
      }
    })()
    await store.rebuildRollups({ pieceEvents: 200 })
    isDone = true
    await writing
    await rollUpAll(store)
    expect(await told()).toEqual(await truth())
    await store.rebuildRollups()
    expect(await told()).toEqual(await truth())
  })

  it.each([0, 1, 3])('leaves them whole when it dies after %i pieces, and can be done again', async (pieces) => {
    await corrupt()
    const wrong = await rollups()
    let seen = 0
    const kill = async (): Promise<void> => {
      await store.database.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'actrail sequencer'`,
      )
    }
    const killed: Promise<void>[] = []
    const rebuild = store.rebuildRollups({
      pieceEvents: 300,
      onProgress: () => {
        if (seen++ === pieces) killed.push(kill())
      },
    })
    await expect(rebuild).rejects.toThrow(/rollups are as they were/)
    await Promise.all(killed)
    expect(await rollups()).toEqual(wrong)
    expect(await store.rebuildRollups()).toMatchObject({ events: 1600 })
    expect(await told()).toEqual(await truth())
    expect(await tables()).toEqual([])
  })

  it('is done by one at a time, and ends when it is told to', async () => {
    const ending = new AbortController()
    let second: Promise<unknown> | undefined
    const first = store.rebuildRollups({
      pieceEvents: 100,
      signal: ending.signal,
      onProgress: () => {
        second ??= store.rebuildRollups().then(
          () => 'done',
          (error: { code?: string }) => {
            ending.abort(new Error('enough'))
            return error.code
          },
        )
      },
    })
    await expect(first).rejects.toThrow('enough')
    expect(await second).toBe('ERR_REBUILD_RUNNING')
    expect(await told()).toEqual(await truth())
  })

  it('is refused to a user that does not own the log', async () => {
    const name = `guest_${database.name}`
    await store.database.query(`create role ${name} login`)
    await store.database.query(`grant usage on schema actrail to ${name}`)
    await store.database.query(`grant all on all tables in schema actrail to ${name}`)
    const url = new URL(database.url)
    url.username = name
    const guest = await openStore({ database: url.href, sequencer: false })
    await expect(guest.rebuildRollups()).rejects.toMatchObject({ code: 'ERR_STORE_RIGHTS' })
    await guest.stop()
    await store.database.query(`drop owned by ${name}`)
    await store.database.query(`drop role ${name}`)
  })
})
