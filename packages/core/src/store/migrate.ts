import { DataSource, MigrationExecutor } from 'typeorm'
import { ActrailError } from '../errors'
import { dataSourceOptions, type Link } from './connection'
import type { Database } from './database'
import { NEWEST_MIGRATION } from './migrations/migrations'
import { inSchema } from './schema-name'
import { lockMigrations, migrationsRun, schemaState } from './sql/schema-state'

interface State {
  version: number
  role: string
  database: string
  has_schema: boolean
  /** Null when there is no schema, or none that this role may use. */
  has_migrations: boolean | null
  may_alter: boolean | null
  may_create: boolean
}

const OLDEST_SERVER = 140_000

/**
 * Brings the schema up to date. Any number of processes may call it at once: one migrates, the others wait for its lock
 * and find nothing left to do. A schema that is newer than this code is left alone, for rolling deployments.
 * Rejects with `ERR_STORE_VERSION` and `ERR_STORE_RIGHTS`.
 */
export async function migrate(database: Database, link: Link): Promise<void> {
  const [state] = await database.query<State>(schemaState, [database.schema])
  if (state === undefined) throw new Error('Postgres gave no answer about its state')
  if (state.version < OLDEST_SERVER) throw tooOld(state.version, link.where)
  if (state.has_migrations && (await isUpToDate(database))) return
  if (!state.has_schema && !state.may_create) throw mayNotCreate(state, database.schema)
  if (state.has_schema && state.may_alter !== true) throw mayNotAlter(state, database.schema)
  // A pool of its own: a migration may take longer than the time-outs of ours allow.
  const source = new DataSource(dataSourceOptions(link, { schema: database.schema, poolSize: 1, unhurried: true }))
  await source.initialize()
  try {
    await migrateUnderLock(source, database.schema)
  } finally {
    await source.destroy()
  }
}

async function isUpToDate(database: Database): Promise<boolean> {
  const rows = await database.query<{ name: string }>(migrationsRun)
  return rows.some((row) => row.name === NEWEST_MIGRATION)
}

async function migrateUnderLock(source: DataSource, schema: string): Promise<void> {
  const runner = source.createQueryRunner()
  try {
    await runner.startTransaction()
    await runner.query(inSchema(lockMigrations, schema), [schema])
    if (!(await runner.hasSchema(schema))) await runner.createSchema(schema, true)
    await new MigrationExecutor(source, runner).executePendingMigrations()
    await runner.commitTransaction()
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => {})
    throw error
  } finally {
    await runner.release()
  }
}

function tooOld(version: number, where: string): ActrailError {
  return new ActrailError(
    'ERR_STORE_VERSION',
    `Postgres at ${where} is version ${Math.floor(version / 10_000)}; Actrail needs 14 or later. Upgrade it, or give another database.`,
  )
}

function mayNotCreate({ role, database }: State, schema: string): ActrailError {
  return new ActrailError(
    'ERR_STORE_RIGHTS',
    `The user "${role}" may not create the schema "${schema}". Run as its owner once: grant create on database "${database}" to "${role}"; or: create schema "${schema}" authorization "${role}"`,
  )
}

function mayNotAlter({ role, has_migrations }: State, schema: string): ActrailError {
  const [what, remedy] =
    has_migrations === null
      ? ['use', `Run the SQL of rolesSql({ application: "${role}" }) as an administrator.`]
      : ['bring up to date', `Run the migrations as an administrator, then the SQL of rolesSql() once more.`]
  return new ActrailError('ERR_STORE_RIGHTS', `The user "${role}" may not ${what} the schema "${schema}". ${remedy}`)
}
