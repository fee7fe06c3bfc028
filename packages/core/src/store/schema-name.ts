import { ActrailError } from '../errors'

/** The schema that every SQL text of this project is written for. */
export const DEFAULT_SCHEMA = 'actrail'

/**
 * Checks the option `schema`, or another with a part of a name: plain lower-case, at most 40 bytes, not one of Postgres'
 * own. Throws `ERR_OPTION_INVALID`.
 */
export function validSchema(schema: string, option = 'schema'): string {
  const isPlain = /^[a-z_][a-z0-9_]{0,39}$/.test(schema)
  if (isPlain && !schema.startsWith('pg_') && schema !== 'information_schema') return schema
  throw new ActrailError(
    'ERR_OPTION_INVALID',
    `${option} ${JSON.stringify(schema)} is not usable: give lower-case letters, digits and underscores, at most 40, not starting with "pg_".`,
  )
}

/**
 * Rewrites a SQL text from the schema `actrail` to another one: `actrail.inbox` becomes `"audit".inbox`. Texts are
 * written in full, so that they can be pasted into psql as they stand.
 */
export function inSchema(sql: string, schema: string): string {
  return schema === DEFAULT_SCHEMA ? sql : sql.replace(/\bactrail\./g, `"${schema}".`)
}
