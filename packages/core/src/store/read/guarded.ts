import { sqlState } from '../data-errors'
import type { Database } from '../database'
import { setLocally, type Setting, sightOf } from '../row-security'
import type { Statement } from './bind'
import type { DatabaseRow } from './columns'

/** What the reader needs of the database. */
export type ReadDatabase = Pick<Database, 'query' | 'transaction' | 'embedded' | 'hasRowSecurity'>

/** What a statement may see, and how long it may take. */
export interface Bounds {
  /** Whose rows; `undefined`: of all workspaces. */
  readonly workspaceId: string | undefined
  /** Milliseconds; default: the pool's own time-out. The embedded store has none. */
  readonly withinMs?: number | undefined
}

const QUERY_CANCELED = '57014'

/** The rows of a statement. What bounds it ends with its transaction; where nothing does, it needs none. */
export async function rowsOf(database: ReadDatabase, statement: Statement, bounds: Bounds): Promise<DatabaseRow[]> {
  const settings = settingsOf(database, bounds)
  if (settings.length === 0) return database.query<DatabaseRow>(statement.text, statement.values)
  return database.transaction(async (queries) => {
    await setLocally(queries, settings)
    return queries.query<DatabaseRow>(statement.text, statement.values)
  })
}

/** As {@link rowsOf}, but `undefined` when the server gave up on it after `withinMs`. */
export async function rowsWithin(
  database: ReadDatabase,
  statement: Statement,
  bounds: Bounds,
): Promise<DatabaseRow[] | undefined> {
  try {
    return await rowsOf(database, statement, bounds)
  } catch (error) {
    if (bounds.withinMs !== undefined && sqlState(error) === QUERY_CANCELED) return undefined
    throw error
  }
}

// The embedded store ignores a time-out and belongs to one process: it is sent neither.
function settingsOf({ embedded, hasRowSecurity }: ReadDatabase, { workspaceId, withinMs }: Bounds): Setting[] {
  const limit = Math.max(1, Math.ceil(withinMs ?? 0))
  return [
    ...(withinMs === undefined || embedded ? [] : [['statement_timeout', String(limit)] as const]),
    ...(hasRowSecurity ? [sightOf(workspaceId)] : []),
  ]
}
