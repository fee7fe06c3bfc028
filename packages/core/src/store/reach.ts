import { DataSource } from 'typeorm'
import { type DatabaseOption, dataSourceOptions, linkTo } from './connection'
import { closePool, createDatabase, type Database } from './database'
import { type SeverableLink, severable } from './severable'
import { validSchema } from './schema-name'
import { explainStart } from './start-errors'

/** Which database, and where in it. */
export interface DatabasePlace {
  readonly database: DatabaseOption
  /** The Postgres schema that holds all our tables. Default: `actrail`. */
  readonly schema?: string | undefined
}

/** A database that answers, with our schema or without. */
export interface Reached {
  readonly link: SeverableLink
  readonly database: Database
}

/**
 * Connects and runs `work`, without touching the schema; closes everything afterwards. Rejects with
 * `ERR_OPTION_INVALID`, `ERR_STORE_UNREACHABLE`, `ERR_STORE_CREDENTIALS`, `ERR_STORE_MISSING`, `ERR_STORE_RIGHTS`, or as
 * `work` does.
 */
export async function atDatabase<T>(place: DatabasePlace, work: (reached: Reached) => Promise<T>): Promise<T> {
  const schema = validSchema(place.schema ?? 'actrail')
  const link = severable(linkTo(place.database))
  const source = new DataSource(dataSourceOptions(link, { schema, poolSize: 2 }))
  try {
    await source.initialize()
    const database = createDatabase(source, { schema, embedded: link.embedded, hasRowSecurity: false })
    return await work({ link, database })
  } catch (error) {
    throw explainStart(error, link.where)
  } finally {
    await closePool(source, link.sever).catch(() => {})
  }
}
