import { Client } from 'pg'
import { ActrailError } from '../errors'
import { linkTo } from './connection'
import type { Parser, Parsers } from './parsers'
import { fetchForeign, findForeign, foreignSession, openForeign } from './sql/foreign-table'
import { explainStart } from './start-errors'

/** A row of a table that is not ours: numbers, booleans and JSON as such, everything else as text. */
export type ForeignRow = Readonly<Record<string, unknown>>

/** An open table that is not ours. */
export interface ForeignTable {
  readonly columns: readonly string[]
  /** About how many rows it has, as the database estimates it; undefined when it does not know. */
  readonly aboutRows: number | undefined
  /** The rows as they were when the table was opened, in pieces; to be read once. */
  pieces(): AsyncIterable<readonly ForeignRow[]>
  /** May be called twice. */
  close(): Promise<void>
}

/** Which table, and where. */
export interface ForeignPlace {
  /** A `postgres://` URL. */
  readonly database: string
  /** As one types it in SQL: `app.audit_log`. */
  readonly table: string
  /** Rows of one piece, all of which are in memory at once. Default: 1,000. */
  readonly pieceRows?: number
}

interface Found {
  name: string
  rows: number
  may_read: boolean
}

/**
 * Opens a table or view for reading, by a cursor in a read-only transaction of its own: nothing in it is changed or
 * locked. The transaction lasts until `close`, so that the database keeps old versions of rows for that long.
 *
 * Rejects with `ERR_OPTION_INVALID`, `ERR_STORE_UNREACHABLE`, `ERR_STORE_CREDENTIALS` and `ERR_STORE_MISSING` of its
 * database, and `ERR_IMPORT_SOURCE` when there is no such table or this user may not read it.
 */
export async function openForeignTable({ database, table, pieceRows = 1_000 }: ForeignPlace): Promise<ForeignTable> {
  const link = linkTo(database)
  const client = new Client({ ...link.client, application_name: 'actrail import', types: foreignParsers })
  // An error event that nobody hears ends the process; the statement under way rejects as well.
  client.on('error', () => undefined)
  const close = (): Promise<void> => client.end().catch(() => undefined)
  try {
    await client.connect()
    await client.query(foreignSession)
    const { rows } = await client.query<Found>(findForeign, [table])
    const found = readable(rows[0], { table, where: link.where })
    for (const statement of openForeign(found.name)) await client.query(statement)
    const { fields } = await client.query(fetchForeign(0))
    const aboutRows = found.rows > 0 ? found.rows : undefined
    const columns = fields.map(({ name }) => name)
    return { columns, aboutRows, pieces: () => piecesOf(client, pieceRows), close }
  } catch (error) {
    await close()
    throw explainStart(error, link.where)
  }
}

function readable(found: Found | undefined, { table, where }: { table: string; where: string }): Found {
  if (found?.may_read === true) return found
  const message =
    found === undefined
      ? `There is no table ${table} at ${where}. Give its name as in SQL, with its schema: app.audit_log.`
      : `The database user may not read ${table} at ${where}. Grant it the right to select from the table.`
  throw new ActrailError('ERR_IMPORT_SOURCE', message)
}

async function* piecesOf(client: Client, pieceRows: number): AsyncGenerator<readonly ForeignRow[]> {
  for (;;) {
    const { rows } = await client.query<Record<string, unknown>>(fetchForeign(pieceRows))
    if (rows.length === 0) return
    yield rows
  }
}

const asIs: Parser = (text) => text
const exactly: Parser = (text) =>
  String(Number(text)) === text && Number.isSafeInteger(Number(text)) ? Number(text) : text
const byOid = new Map<number, Parser>([
  [16, (text) => text === 't'],
  [20, exactly],
  [21, Number],
  [23, Number],
  [114, (text) => JSON.parse(text) as unknown],
  [700, Number],
  [701, Number],
  [1700, exactly],
  [3802, (text) => JSON.parse(text) as unknown],
])

/** Nothing is lost: whole numbers that JavaScript cannot hold stay text, as do times. */
const foreignParsers: Parsers = { getTypeParser: (oid) => byOid.get(oid) ?? asIs }
