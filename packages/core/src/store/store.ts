import { DataSource } from 'typeorm'
import { createAppender, type Appender } from './append'
import { type DatabaseOption, dataSourceOptions, linkTo } from './connection'
import { createDatabase, type Database } from './database'
import { isDataError } from './data-errors'
import { migrate } from './migrate'
import { validSchema } from './schema-name'
import { quarantineEvent } from './sql/quarantine'
import { trailId } from './sql/trail-id'
import { explainStart } from './start-errors'

/** Options of {@link openStore}. */
export interface StoreOptions {
  /** A `postgres://` URL, the host's TypeORM `DataSource` (its options are copied, its pool never used), or an embedded store. */
  readonly database: DatabaseOption
  /** The Postgres schema that holds all our tables. Default: `actrail`. */
  readonly schema?: string
  /** Connections of our own pool, 1–20. Default: 4. The sequencer has one more. */
  readonly poolSize?: number
}

/** The log's database: takes batches, sequences them, reads the log back. */
export interface Store extends Appender {
  /** The id of this trail; another database has another one. */
  readonly trailId: string
  /** Our pool, for the SQL texts below `store/`. */
  readonly database: Database
  /** Puts aside an event that Postgres refuses, with the reason; `text` is its JSON. */
  quarantine(text: string, reason: string): Promise<void>
  /** True when Postgres refused the data itself: sending it again cannot help. */
  isDataError(error: unknown): boolean
  /** Closes all connections; may be called twice. */
  stop(): Promise<void>
}

/**
 * Connects, migrates the schema and returns the store. Rejects with `ERR_OPTION_INVALID`, `ERR_STORE_UNREACHABLE`,
 * `ERR_STORE_CREDENTIALS`, `ERR_STORE_MISSING`, `ERR_STORE_RIGHTS` or `ERR_STORE_VERSION`; nothing stays open then.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const schema = validSchema(options.schema ?? 'actrail')
  const link = linkTo(options.database)
  const source = new DataSource(dataSourceOptions(link, { schema, poolSize: options.poolSize ?? 4 }))
  try {
    await source.initialize()
    const database = createDatabase(source, { schema, embedded: link.embedded })
    await migrate(database, link)
    const [trail] = await database.query<{ id: string }>(trailId)
    if (trail === undefined) throw new Error(`the table ${schema}.trail is empty`)
    return storeOn(source, database, trail.id)
  } catch (error) {
    if (source.isInitialized) await source.destroy().catch(() => {})
    throw explainStart(error, link.where)
  }
}

function storeOn(source: DataSource, database: Database, trail: string): Store {
  return {
    ...createAppender(database, trail),
    trailId: trail,
    database,
    isDataError,
    quarantine: async (text, reason) => {
      await database.query(quarantineEvent, [text.replaceAll('\0', '\ufffd'), reason])
    },
    stop: async () => {
      if (source.isInitialized) await source.destroy()
    },
  }
}
