import { performance } from 'node:perf_hooks'
import { Client } from 'pg'
import type { EventFilter } from '../../packages/core/src/filter/filter'
import { type ActivityQuery, createQuery, type EventPage } from '../../packages/core/src/query/query'
import type { Queries } from '../../packages/core/src/store/database'
import { createEventReader } from '../../packages/core/src/store/read/event-reader'
import type { ReadDatabase } from '../../packages/core/src/store/read/guarded'
import { openStore } from '../../packages/core/src/store/store'
import { WORKSPACE } from './fixture'

/** Entries of every page that is measured. */
export const LIMIT = 50

/** One filled database and two ways to read it, each over one connection. */
export interface Reads {
  /** The page as the API asks for it. */
  page(filter: EventFilter, offset?: number): Promise<EventPage>
  /** The statements that the last page took, sent once more by bare `pg`. */
  replay(): Promise<void>
  /** What somebody would write for a first page and its total up to 10,000, by bare `pg`. */
  byHand(where: string): Promise<void>
  close(): Promise<void>
}

/** Opens a filled database. */
export async function openReads(url: string): Promise<Reads> {
  const store = await openStore({ database: url, poolSize: 1 })
  const bare = new Client({ connectionString: url })
  bare.on('error', () => {})
  await bare.connect()
  const sent: { text: string; values: readonly unknown[] }[] = []
  const tracing = (queries: Queries): Queries => ({
    query(text, values = []) {
      sent.push({ text, values })
      return queries.query(text, values)
    },
  })
  const traced: ReadDatabase = {
    ...tracing(store.database),
    embedded: false,
    hasRowSecurity: false,
    transaction: (work) => store.database.transaction((queries) => work(tracing(queries))),
  }
  const query: ActivityQuery = createQuery({ reader: createEventReader(traced) })
  return {
    page(filter, offset = 0) {
      sent.length = 0
      return query.list(filter, { limit: LIMIT, offset }, WORKSPACE)
    },
    async replay() {
      for (const { text, values } of sent) await bare.query(text, [...values])
    },
    async byHand(where) {
      const rows = `from actrail.event where workspace_id = $1 and ${where}`
      await bare.query(`select * ${rows} order by workspace_seq desc limit ${LIMIT}`, [WORKSPACE])
      await bare.query(`select count(*) from (select 1 ${rows} limit 10001) as counted`, [WORKSPACE])
    },
    async close() {
      await bare.end()
      await store.stop()
    },
  }
}

/** Something to be timed. */
export type Operation = () => Promise<unknown>

/** Runs all operations in turn, `rounds` times over, after one round that does not count. Milliseconds by name. */
export async function timeInTurn(
  operations: Readonly<Record<string, Operation>>,
  rounds: number,
): Promise<Readonly<Record<string, readonly number[]>>> {
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(operations).map((name) => [name, []]))
  for (let round = -1; round < rounds; round++) {
    for (const [name, operation] of Object.entries(operations)) {
      const began = performance.now()
      await operation()
      if (round >= 0) times[name]?.push(performance.now() - began)
    }
  }
  return times
}
