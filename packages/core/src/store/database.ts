import type { Pool, PoolClient, QueryResult } from 'pg'
import type { DataSource } from 'typeorm'
import { type BufferParameter, BufferStatement } from './buffer-statement'
import { losesConnection } from './data-errors'
import { DEFAULT_SCHEMA, inSchema } from './schema-name'

/** Runs SQL texts that are written for the schema `actrail`, with parameters; a Buffer parameter is sent as it is. */
export interface Queries {
  query<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>
}

/** Our own small pool. Rows come through our own type parsers; see `parsers.ts`. */
export interface Database extends Queries {
  readonly schema: string
  /** True on the embedded store, where server time-outs must never be sent. */
  readonly embedded: boolean
  /** Rows are seen only by a transaction that says whose; see `sightOf`. */
  readonly hasRowSecurity: boolean
  /** Runs a statement that answers no rows; its buffers go onto the wire as they are. */
  write(sql: string, parameters: readonly BufferParameter[]): Promise<void>
  /** Runs `work` in a transaction on one connection; rolls back when it rejects. */
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T>
}

const CLOSE_MS = 500

/** Closes the data source; what its server has not answered by half a second later is cut by `sever`. */
export async function closePool(source: DataSource, sever: () => void): Promise<void> {
  // Not cleared: the pool counts an idle connection as gone before the server has answered its farewell.
  setTimeout(sever, CLOSE_MS).unref()
  if (source.isInitialized) await source.destroy()
}

/** The seam between TypeORM's data source and our SQL texts. Does not open or close the data source. */
export function createDatabase(
  source: DataSource,
  how: Pick<Database, 'schema' | 'embedded' | 'hasRowSecurity'>,
): Database {
  const pool = poolOf(source)
  const inOurSchema = rewriter(how.schema)

  async function borrow<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await pool.connect()
    let broken: Error | undefined
    try {
      return await work(client)
    } catch (error) {
      // A client whose query timed out still waits for its answer: it must not go back into the pool.
      if (losesConnection(error)) broken = error instanceof Error ? error : new Error(String(error))
      throw error
    } finally {
      client.release(broken)
    }
  }

  const on = (client: PoolClient): Queries => ({
    query: async <Row>(sql: string, parameters: readonly unknown[] = []) => {
      const result: QueryResult = await client.query(inOurSchema(sql), parameters as unknown[])
      const rows = result.rows as Row[]
      // Old queries are found to hold on to newer ones until a full collection: an export grew by a hundred megabytes.
      result.rows = []
      return rows
    },
  })

  return {
    ...how,
    query: (sql, parameters) => borrow((client) => on(client).query(sql, parameters)),
    write: (sql, parameters) =>
      borrow((client) => client.query(new BufferStatement(inOurSchema(sql), parameters)).done),
    transaction: (work) => borrow((client) => transact(client, () => work(on(client)))),
  }
}

async function transact<T>(client: PoolClient, work: () => Promise<T>): Promise<T> {
  await client.query('begin')
  try {
    const value = await work()
    await client.query('commit')
    return value
  } catch (error) {
    if (!losesConnection(error)) await client.query('rollback')
    throw error
  }
}

/** Rewrites texts into the schema once each; the number of texts is bounded by the shards that a trail has. */
export function rewriter(schema: string): (sql: string) => string {
  if (schema === DEFAULT_SCHEMA) return (sql) => sql
  const known = new Map<string, string>()
  return (sql) => {
    let text = known.get(sql)
    if (text === undefined) {
      text = inSchema(sql, schema)
      if (known.size > 500) known.clear()
      known.set(sql, text)
    }
    return text
  }
}

function poolOf(source: DataSource): Pool {
  const { master } = source.driver as unknown as { master: Pool }
  return master
}
