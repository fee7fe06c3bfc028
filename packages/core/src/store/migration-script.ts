import { escapeLiteral } from 'pg'
import { MIGRATIONS } from './migrations/migrations'
import { DEFAULT_SCHEMA, inSchema, validSchema } from './schema-name'
import { migrationMade, migrationMissing, migrationTable } from './sql/migration-script'

/** What {@link migrationsSql} is made for. */
export interface MigrationsSqlOptions {
  /** The schema that holds our tables. Default: `actrail`. */
  readonly schema?: string | undefined
  /** Names of migrations that the database has already. Default: none, for a database without a log. */
  readonly after?: readonly string[] | undefined
}

/**
 * The migrations as one SQL script for an administrator to read and run with `psql`, in place of a process of ours that
 * may create tables. All of it or nothing is done; run a second time, or on another database than it was made for, it
 * ends with an error and changes nothing.
 *
 * @throws ActrailError `ERR_OPTION_INVALID` for a schema that cannot be used
 */
export function migrationsSql({ schema = DEFAULT_SCHEMA, after = [] }: MigrationsSqlOptions = {}): string {
  validSchema(schema)
  const parts = MIGRATIONS.filter(({ name }) => !after.includes(name)).map(({ name, sql }) => {
    const literal = escapeLiteral(name)
    return [`-- ${name}`, migrationMissing(literal), sql.trim(), migrationMade(literal, timeOf(name))].join('\n\n')
  })
  const body = inSchema([migrationTable(schema), ...parts].join('\n\n'), schema)
  return `-- The tables of the activity log. Run this as the user that is to own them: psql --file <this file>
begin;

${body}

commit;
`
}

/** A migration's name ends in its time. */
function timeOf(name: string): number {
  return Number(name.slice(-13))
}
