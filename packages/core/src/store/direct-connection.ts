import { Client, type QueryConfig } from 'pg'
import type { Link } from './connection'
import { cutClient } from './cut-client'
import { losesConnection } from './data-errors'
import { type Queries, rewriter } from './database'
import { sessionSettings, transactionSettings } from './sql/session'

const QUERY_TIMEOUT_MS = 60_000
/** A look at the head of the inbox takes a millisecond: who has not answered by then has gone silent. */
const LOOK_TIMEOUT_MS = 10_000

/** The sequencer's own connection: direct, since a lock held for a session does not survive a transaction pooler. */
export interface Connection {
  readonly client: Client
  readonly embedded: boolean
  /** Statements as they come, within a transaction or without. */
  readonly queries: Queries
  /** Statements that take no time: one without an answer within ten seconds ends the connection. */
  readonly looks: Queries
  /** Each statement with the sequencer's plan settings, in a transaction of its own. */
  readonly once: Queries
  /** Each statement within the transaction that is open, which goes on when the statement fails. */
  readonly within: Queries
  /** Runs `work` in a transaction, which is rolled back when it rejects. */
  transaction<T>(work: () => Promise<T>): Promise<T>
  open(): Promise<void>
  close(): Promise<void>
}

/** Not connected before `open`. Add listeners for `error` first: one that nobody hears ends the host's process. */
export function createConnection(link: Link, schema: string, queryTimeoutMs = QUERY_TIMEOUT_MS): Connection {
  const { embedded } = link
  const timeout = embedded ? {} : { query_timeout: queryTimeoutMs }
  const client = new Client({ ...link.client, application_name: 'actrail sequencer', ...timeout })
  const rewrite = rewriter(schema)
  const asked = (limit: { query_timeout?: number }): Queries => ({
    query: async <Row>(sql: string, values: readonly unknown[] = []) => {
      const query: QueryConfig = { text: rewrite(sql), values: [...values], ...limit }
      return (await client.query(query)).rows as Row[]
    },
  })
  const queries = asked({})

  async function transaction<T>(work: () => Promise<T>): Promise<T> {
    await client.query(embedded ? transactionSettings : 'begin')
    try {
      const value = await work()
      await client.query('commit')
      return value
    } catch (error) {
      if (!losesConnection(error)) await client.query('rollback')
      throw error
    }
  }

  return {
    client,
    embedded,
    queries,
    looks: asked(embedded ? {} : { query_timeout: LOOK_TIMEOUT_MS }),
    transaction,
    once: embedded ? { query: (sql, parameters) => transaction(() => queries.query(sql, parameters)) } : queries,
    within: savepointed(client, queries),
    open: async () => {
      await client.connect()
      if (!embedded) await client.query(sessionSettings)
    },
    close: () => endClient(client),
  }
}

/** Ends a client; cuts its socket when the server does not answer the farewell within a second. Never rejects. */
async function endClient(client: Client): Promise<void> {
  const timer = setTimeout(() => cutClient(client), 1_000)
  await client.end().catch(() => {})
  clearTimeout(timer)
}

function savepointed(client: Client, queries: Queries): Queries {
  return {
    query: async (sql, parameters) => {
      await client.query('savepoint statement')
      try {
        const rows = await queries.query<never>(sql, parameters)
        await client.query('release savepoint statement')
        return rows
      } catch (error) {
        if (!losesConnection(error)) await client.query('rollback to savepoint statement')
        throw error
      }
    },
  }
}
