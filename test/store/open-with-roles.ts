import { Client } from 'pg'
import { rolesSql } from '../../packages/core/src/store/roles'
import { openStore } from '../../packages/core/src/store/store'
import type { PostgresVersion } from '../db/binaries'
import { createDatabase, type TestDatabase } from '../db/databases'

/** A database with our schema and roles, and a login role that owns nothing. */
export interface PlaceWithRoles {
  readonly database: TestDatabase
  readonly prefix: string
  /** The URL of a login role that is granted those of our roles that are named. */
  login(...roles: readonly string[]): Promise<string>
  admin(sql: string): Promise<Record<string, unknown>[]>
  close(): Promise<void>
}

/** Roles belong to all databases of the test run's server: these are named after the database. */
export async function openWithRoles(version: PostgresVersion = 18, schema = 'actrail'): Promise<PlaceWithRoles> {
  const database = await createDatabase({ version })
  const client = new Client({ connectionString: database.url })
  client.on('error', () => {})
  await client.connect()
  const prefix = database.name
  await (await openStore({ database: database.url, schema })).stop()
  await client.query(rolesSql({ schema, prefix }))
  let logins = 0
  return {
    database,
    prefix,
    admin: async (sql) => (await client.query<Record<string, unknown>>(sql)).rows,
    login: async (...roles) => {
      const name = `${prefix}_login${++logins}`
      await client.query(`create role ${name} login`)
      for (const role of roles) await client.query(`grant ${prefix}_${role} to ${name}`)
      const url = new URL(database.url)
      url.username = name
      return url.href
    },
    close: async () => {
      await client.end()
      await database.drop()
    },
  }
}

/** The id of the `n`th event. */
export const idOf = (n: number): string => `01890000-0000-7000-8000-${String(n).padStart(12, '0')}`

/** A batch of the `n`th event alone, as JSON. */
export function batch(n: number, workspace_id: string): Buffer {
  const event = { v: 1, id: idOf(n), occurred_at: 0, workspace_id, action: 'thing.made', verb: 'CREATE' }
  const things = { actor_type: 'user', actor_id: 'u', resource_type: 'thing', resource_id: 't' }
  return Buffer.from(JSON.stringify([{ ...event, ...things, result: 'success', source: 'record', leaf_hash: '\\x00' }]))
}
