import type { Database } from './database'
import { migrate } from './migrate'
import { MIGRATIONS } from './migrations/migrations'
import { atDatabase, type DatabasePlace } from './reach'
import { migrationsRun, schemaState } from './sql/schema-state'

/** Which migrations a database has, by name and oldest first. */
export interface SchemaVersion {
  /** Host, port and database; never a password. */
  readonly where: string
  /** Those that have run. */
  readonly ran: readonly string[]
  /** Those that this release has and the database has not. */
  readonly pending: readonly string[]
}

/** Answers which migrations a database has, and changes nothing. Rejects as {@link atDatabase} does. */
export function schemaVersion(place: DatabasePlace): Promise<SchemaVersion> {
  return atDatabase(place, ({ database, link }) => versionOf(database, link.where))
}

/**
 * Runs the migrations that are missing. Any number of processes may do it at once. Answers how it was before.
 * Rejects as {@link atDatabase} does, and with `ERR_STORE_VERSION`.
 */
export function upgradeSchema(place: DatabasePlace): Promise<SchemaVersion> {
  return atDatabase(place, async ({ database, link }) => {
    const before = await versionOf(database, link.where)
    await migrate(database, link)
    return before
  })
}

/** Answers which migrations a database has that was reached already. */
export async function versionOf(database: Database, where: string): Promise<SchemaVersion> {
  const [state] = await database.query<{ has_migrations: boolean | null }>(schemaState, [database.schema])
  const ran = state?.has_migrations ? await database.query<{ name: string }>(migrationsRun) : []
  const names = ran.map(({ name }) => name)
  return { where, ran: names, pending: MIGRATIONS.map(({ name }) => name).filter((name) => !names.includes(name)) }
}
