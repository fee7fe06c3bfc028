import type { Link } from './connection'
import type { Database, Queries } from './database'
import { type Connection, createConnection } from './direct-connection'
import { NEWEST_MIGRATION } from './migrations/migrations'
import { backendPid, serverState } from './sql/examine'
import { migrationsRun } from './sql/schema-state'

/** What a look at the server and the way to it found. */
export interface Examination {
  readonly serverVersion: string
  /** Such as 180001. */
  readonly serverVersionNumber: number
  /** How far the server's clock is ahead of this process's, in ms; negative when it is behind. */
  readonly clockAheadMs: number
  readonly isStandby: boolean
  /** False when the server may lose what it has confirmed: `fsync` or `full_page_writes` is off. */
  readonly isDurable: boolean
  /** The newest migration that this code knows has run. */
  readonly isMigrated: boolean
  /** Migrations that this code does not know, since a newer one ran them. */
  readonly hasNewerMigrations: boolean
  /** Statements of one connection reach changing processes of the server: a pooler in transaction mode is in between. */
  readonly isPooled: boolean
}

interface Row {
  version: string
  version_number: number
  clock_ms: number
  is_standby: boolean
  syncs: boolean
  writes_full_pages: boolean
}

/** Looks at the server. Rejects with what the connection says. */
export async function examine(link: Link, database: Database): Promise<Examination> {
  const asked = Date.now()
  const [row] = await database.query<Row>(serverState)
  const answered = Date.now()
  if (row === undefined) throw new Error('Postgres gave no answer about its state')
  const ran = (await database.query<{ name: string }>(migrationsRun)).map(({ name }) => name)
  return {
    serverVersion: row.version,
    serverVersionNumber: row.version_number,
    clockAheadMs: Math.round(row.clock_ms - (asked + answered) / 2),
    isStandby: row.is_standby,
    isDurable: link.embedded || (row.syncs && row.writes_full_pages),
    isMigrated: ran.includes(NEWEST_MIGRATION),
    hasNewerMigrations: ran.at(-1) !== NEWEST_MIGRATION,
    isPooled: !link.embedded && (await withTwo(() => createConnection(link, database.schema), isPooled)),
  }
}

/**
 * Whether statements reach changing processes. A pooler in transaction mode gives the process that a statement was
 * answered by to the next who asks: while another connection holds it in a transaction, the first one gets a new one.
 */
export async function isPooled(one: Queries, other: Queries): Promise<boolean> {
  const before = await pidOf(one)
  await other.query('begin')
  try {
    const elsewhere = await pidOf(other)
    return elsewhere === before || (await pidOf(one)) !== before
  } finally {
    await other.query('rollback')
  }
}

async function pidOf(connection: Queries): Promise<number | undefined> {
  return (await connection.query<{ pid: number }>(backendPid))[0]?.pid
}

async function withTwo<T>(open: () => Connection, ask: (one: Queries, other: Queries) => Promise<T>): Promise<T> {
  const [one, other] = [open(), open()]
  // An error event that nobody hears ends the host's process; the statement under way rejects as well.
  for (const { client } of [one, other]) client.on('error', () => undefined)
  try {
    await one.open()
    await other.open()
    return await ask(one.queries, other.queries)
  } finally {
    await Promise.all([one.close(), other.close()])
  }
}
