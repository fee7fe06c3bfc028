import { Client } from 'pg'
import { ActrailError } from '../errors'
import type { Link } from './connection'
import { sqlState } from './data-errors'
import { type Database, type Queries, rewriter } from './database'
import { lockMigrations } from './sql/schema-state'
import {
  addSearchIndex,
  addTrigrams,
  attachIndex,
  dropIndex,
  indexShard,
  searchState,
  shardsToIndex,
  trigramSchema,
} from './sql/search'

/** The trigram index of a log that had events before it had the index. */
export interface SearchIndex {
  /**
   * Indexes one shard that is not, the newest first, while the log goes on; minutes for millions of events. Answers
   * whether there was one. For one process at a time.
   */
  indexNext(): Promise<boolean>
}

interface Unindexed {
  readonly shard: number
  readonly is_empty: boolean
  readonly has_remains: boolean
}

/**
 * Gives the log its trigram index: every shard that is opened from now on has it from the start, an empty one at once,
 * the others by {@link SearchIndex.indexNext}. Does nothing when it is there. Rejects with `ERR_SEARCH_UNAVAILABLE`.
 */
export async function addSearch(database: Database, link: Link): Promise<void> {
  const [state] = await database.query<{ has_index: boolean; is_owner: boolean }>(searchState)
  if (database.hasRowSecurity) throw unavailable(SECURED)
  if (state?.has_index === true) return
  if (state?.is_owner !== true) throw unavailable(NOT_OWNER)
  try {
    await database.transaction(async (queries) => {
      await queries.query(lockMigrations, [database.schema])
      const [now] = await queries.query<{ has_index: boolean }>(searchState)
      if (now?.has_index !== true) await addIndexes(queries)
    })
  } catch (error) {
    throw isMissing(error) ? unavailable(noExtension(link.where), error) : error
  }
}

async function addIndexes(queries: Queries): Promise<void> {
  await queries.query(addTrigrams)
  const schema = await schemaOfTrigrams(queries)
  await queries.query(addSearchIndex(schema))
  for (const { shard, is_empty } of await queries.query<Unindexed>(shardsToIndex)) {
    if (!is_empty) continue
    await queries.query(indexShard(shard, { schema, concurrently: false }))
    await queries.query(attachIndex(shard))
  }
}

async function schemaOfTrigrams(queries: Queries): Promise<string> {
  const [found] = await queries.query<{ schema: string }>(trigramSchema)
  if (found === undefined) throw new Error('pg_trgm has no class of operators for GIN')
  return found.schema
}

/** Indexes shards over a connection of its own, on which a statement may take as long as it needs. */
export function createSearchIndex(database: Database, link: Link): SearchIndex {
  return {
    async indexNext() {
      const [next] = await database.query<Unindexed>(shardsToIndex)
      if (next === undefined) return false
      await onOwnConnection(link, database.schema, (queries) => indexOne(queries, next, !link.embedded))
      return true
    },
  }
}

async function indexOne(queries: Queries, { shard, has_remains }: Unindexed, concurrently: boolean): Promise<void> {
  const schema = await schemaOfTrigrams(queries)
  if (has_remains) await queries.query(dropIndex(shard))
  await queries.query(indexShard(shard, { schema, concurrently }))
  await queries.query(attachIndex(shard))
}

async function onOwnConnection(link: Link, schema: string, work: (queries: Queries) => Promise<void>): Promise<void> {
  const client = new Client({ ...link.client, application_name: 'actrail search index' })
  client.on('error', () => {}) // the statement under way rejects as well
  const rewrite = rewriter(schema)
  try {
    await client.connect()
    if (!link.embedded) await client.query(`set statement_timeout = 0; set maintenance_work_mem = '256MB'`)
    await work({ query: async (sql) => (await client.query(rewrite(sql))).rows as never[] })
  } finally {
    await client.end().catch(() => {})
  }
}

// Not allowed (42501), not a file of this server (58P01), or, since version 16, not available (0A000).
function isMissing(error: unknown): boolean {
  return ['42501', '58P01', '0A000'].includes(sqlState(error) ?? '')
}

const SECURED =
  'and with row security Postgres uses no such index: a comparison of texts might tell of rows that are hidden. Leave the option out; searches then look through the log'
const NOT_OWNER =
  'which only the owner of the log can add. Start the trail once with this option as its owner, or leave the option out'

function noExtension(where: string): string {
  return `which the extension pg_trgm makes. It is not installed in the database at ${where}, and this user may not do it, or the server has no such package (often called postgresql-contrib). Run as an administrator of the database once: create extension pg_trgm; or leave the option out`
}

function unavailable(why: string, cause?: unknown): ActrailError {
  const message = `The option "search" asks for an index of trigrams, ${why}.`
  return new ActrailError('ERR_SEARCH_UNAVAILABLE', message, cause === undefined ? {} : { cause })
}
