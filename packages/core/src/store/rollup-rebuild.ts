import { ActrailError } from '../errors'
import type { Link } from './connection'
import type { Database } from './database'
import { losesConnection } from './data-errors'
import { type Connection, createConnection } from './direct-connection'
import { createRollupLog, type RollupLog } from './rollup-log'
import {
  adoptPlace,
  beginRebuild,
  beside,
  dropLeft,
  endRebuild,
  holdRollups,
  leftTables,
  makeBeside,
  rebuildSettings,
  replaceContent,
  rollupTables,
  tryRebuild,
} from './sql/rebuild'
import { rollupState } from './sql/rollup'

/** How far a rebuild is. */
export interface RebuildProgress {
  /** Events of the log that the new rollups hold. */
  readonly events: number
  /** Events that the log has by now. */
  readonly of: number
}

/** How a rebuild is done. */
export interface RebuildOptions {
  /** Called after each piece. */
  readonly onProgress?: (progress: RebuildProgress) => void
  /** Aborted, it ends the rebuild between two pieces; the rollups stay as they were. */
  readonly signal?: AbortSignal
  /** Events of one piece. Default: 100,000. */
  readonly pieceEvents?: number
}

interface RollupTable {
  readonly name: string
  readonly columns: string
  readonly has_row_security: boolean
  readonly is_owner: boolean
}

/** Copying the new rollups may take long in a large log; nothing else waits for it. */
const QUERY_TIMEOUT_MS = 3_600_000
const PIECE_EVENTS = 100_000

/**
 * Makes the rollups anew from the log: in tables beside them, by the same statement and with a place in the log of their
 * own, while the old ones go on and are read; then, in one transaction, the new content and its place replace the old.
 * Whatever ends it before that leaves the old ones as they were. Answers how far it went.
 *
 * Rejects with `ERR_REBUILD_RUNNING` while another one runs, `ERR_STORE_RIGHTS` for a user that does not own the log or
 * that row security applies to, `ERR_STORE_UNREACHABLE` when the connection is lost, and with the signal's reason.
 */
export async function rebuildRollups(
  { link, database }: { readonly link: Link; readonly database: Pick<Database, 'schema'> },
  options: RebuildOptions = {},
): Promise<RebuildProgress> {
  const connection = createConnection(link, database.schema, QUERY_TIMEOUT_MS)
  // An error event that nobody hears ends the process; the statement under way rejects as well.
  connection.client.on('error', () => undefined)
  await connection.open()
  try {
    if (!link.embedded) await connection.queries.query(rebuildSettings)
    const tables = await claimTables(connection, database.schema)
    await prepare(connection, { tables, schema: database.schema })
    const log = besideLog(connection, database.schema)
    await followLog(connection, log, options)
    const reached = await replace(connection, { tables, log, schema: database.schema })
    options.onProgress?.(reached)
    return reached
  } catch (error) {
    throw isLost(error, options.signal) ? lost(error) : error
  } finally {
    await connection.close()
  }
}

function isLost(error: unknown, signal: AbortSignal | undefined): boolean {
  return losesConnection(error) && !(error instanceof ActrailError) && signal?.aborted !== true
}

function lost(cause: unknown): ActrailError {
  const message = 'The connection to Postgres was lost. The rollups are as they were before: rebuild them again.'
  return new ActrailError('ERR_STORE_UNREACHABLE', message, { cause })
}

async function claimTables({ queries }: Connection, schema: string): Promise<readonly RollupTable[]> {
  const tables = await queries.query<RollupTable>(rollupTables, [schema])
  if (tables.some((table) => !table.is_owner || table.has_row_security)) throw mayNot(schema)
  const [lock] = await queries.query<{ rebuilds: boolean }>(tryRebuild, [schema])
  if (lock?.rebuilds !== true)
    throw new ActrailError('ERR_REBUILD_RUNNING', 'The rollups are being rebuilt already. Wait until that has ended.')
  return tables
}

async function prepare(connection: Connection, { tables, schema }: Beside): Promise<void> {
  await connection.transaction(async () => {
    await dropAll(connection, schema)
    for (const { name } of tables) await connection.queries.query(makeBeside(name))
    await connection.queries.query(beginRebuild)
  })
}

interface Beside {
  readonly tables: readonly RollupTable[]
  readonly schema: string
}

async function dropAll({ queries }: Connection, schema: string): Promise<void> {
  for (const { name } of await queries.query<{ name: string }>(leftTables, [schema])) {
    await queries.query(dropLeft(name))
  }
}

/** The log as the rollups read it, with every statement turned to the tables beside them. */
function besideLog({ queries, embedded }: Connection, schema: string): RollupLog {
  const turned: Pick<Database, 'query'> = { query: (sql, values) => queries.query(beside(sql), values) }
  const transaction: Database['transaction'] = (work) => work(turned)
  return createRollupLog({
    ...turned,
    ...{ schema, embedded, transaction, hasRowSecurity: false },
    write: () => Promise.reject(new Error('rollups are written by queries')),
  })
}

async function followLog(connection: Connection, log: RollupLog, options: RebuildOptions): Promise<void> {
  const { onProgress, signal, pieceEvents = PIECE_EVENTS } = options
  for (;;) {
    signal?.throwIfAborted()
    const done = await log.rollUp(pieceEvents)
    onProgress?.(await progressOf(connection))
    // What comes meanwhile is little, and goes with the replacement.
    if (done < pieceEvents && isNear(await progressOf(connection), pieceEvents)) return
  }
}

const isNear = ({ events, of }: RebuildProgress, pieceEvents: number): boolean => of - events < pieceEvents

async function progressOf({ queries }: Connection): Promise<RebuildProgress> {
  const [state] = await queries.query<{ from_index: number; to_index: number }>(beside(rollupState))
  if (state === undefined) throw new Error('the place of the rebuild is gone')
  return { events: state.from_index, of: state.to_index }
}

async function replace(connection: Connection, { tables, log, schema }: Beside & { log: RollupLog }) {
  const { queries } = connection
  return connection.transaction(async () => {
    const [held] = await queries.query<{ next_index: number }>(holdRollups)
    // To where the old ones stand at least: readers have seen that.
    while ((await progressOf(connection)).events < (held?.next_index ?? 0)) await log.rollUp()
    for (const { name, columns } of tables) {
      for (const statement of replaceContent(name, columns)) await queries.query(statement)
    }
    const reached = await progressOf(connection)
    await queries.query(adoptPlace)
    await queries.query(endRebuild)
    await dropAll(connection, schema)
    return reached
  })
}

function mayNot(schema: string): ActrailError {
  return new ActrailError(
    'ERR_STORE_RIGHTS',
    `The database user may not replace the rollups of schema "${schema}". Run this as the owner of the log; with roles, whose row security holds for the owner too, as an administrator (superuser).`,
  )
}
