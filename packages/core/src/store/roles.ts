import { escapeIdentifier, escapeLiteral } from 'pg'
import { DEFAULT_SCHEMA, validSchema } from './schema-name'
import { admit, giveToOwner, grantRights, makeRoles, secureRows } from './sql/roles'

/** What {@link rolesSql} is made for. */
export interface RolesOptions {
  /** The schema that holds our tables. Default: `actrail`. */
  readonly schema?: string | undefined
  /**
   * What the names of the roles begin with: `actrail` makes `actrail_owner`, `actrail_writer`, `actrail_reader` and
   * `actrail_sequencer`. Roles belong to all databases of a server: databases that are to be kept apart need different
   * ones. Default: the schema.
   */
  readonly prefix?: string | undefined
  /** The application's login role, which must exist; it is granted the three below the owner. Default: nobody is. */
  readonly application?: string | undefined
}

/**
 * The set-up `roles` as one SQL script for an administrator to read and run: no role that logs in owns a table. A writer
 * adds to the inbox, a reader sees one workspace at a time, a sequencer moves the inbox into the log, and none of them can
 * change or remove what the log holds. To be run after the migrations and again after each upgrade; what is there already
 * stays.
 *
 * @throws ActrailError `ERR_OPTION_INVALID` for a name that cannot be used
 * @example
 * writeFileSync('roles.sql', rolesSql({ application: 'app' })) // then: psql --file roles.sql
 */
export function rolesSql({ schema = DEFAULT_SCHEMA, prefix = schema, application }: RolesOptions = {}): string {
  validSchema(schema)
  validSchema(prefix, 'prefix')
  const names = {
    schema: schema === DEFAULT_SCHEMA ? schema : escapeIdentifier(schema),
    owner: `${prefix}_owner`,
    writer: `${prefix}_writer`,
    reader: `${prefix}_reader`,
    sequencer: `${prefix}_sequencer`,
  }
  const parts = [makeRoles(names), giveToOwner(names), grantRights(names), secureRows(names)]
  if (application !== undefined) parts.push(admit(names, escapeIdentifier(application), escapeLiteral(application)))
  return `-- The roles of the activity log. Run this as an administrator after the migrations and after each upgrade.
begin;

${parts.join('\n\n')}

commit;
`
}
