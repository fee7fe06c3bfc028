import { sqlState } from '../data-errors'
import type { Database } from '../database'
import type { Statement } from './bind'
import type { DatabaseRow } from './columns'

/** What the reader needs of the database. */
export type ReadDatabase = Pick<Database, 'query' | 'transaction' | 'embedded'>

const QUERY_CANCELED = '57014'

/**
 * The rows of a statement, or `undefined` when the server gave up on it after `withinMs`. The limit ends with its
 * transaction, so that nothing else on the connection inherits it; it is never sent to the embedded store.
 */
export async function rowsWithin(
  database: ReadDatabase,
  { text, values }: Statement,
  withinMs: number | undefined,
): Promise<DatabaseRow[] | undefined> {
  if (withinMs === undefined || database.embedded) return database.query<DatabaseRow>(text, values)
  const limit = Math.max(1, Math.ceil(withinMs))
  try {
    return await database.transaction(async (queries) => {
      await queries.query(`select set_config('statement_timeout', $1, true)`, [String(limit)])
      return queries.query<DatabaseRow>(text, values)
    })
  } catch (error) {
    if (sqlState(error) === QUERY_CANCELED) return undefined
    throw error
  }
}
