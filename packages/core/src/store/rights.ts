import { ActrailError } from '../errors'
import type { Database } from './database'
import { rightsOfRole } from './sql/rights'

/**
 * Which set-up the database has for this connection. `single-role`: it owns the log (or is a superuser), and nothing in the
 * database protects the log from it. `roles`: it has rights that others granted; see `rolesSql`.
 */
export type SetUp = 'single-role' | 'roles'

/** What the role of a connection may do. */
export interface Rights {
  readonly setUp: SetUp
  /** Rows are seen only by a transaction that says whose; see `sightOf`. */
  readonly hasRowSecurity: boolean
}

interface Row {
  role: string
  may_write: boolean
  may_sequence: boolean
  is_owner: boolean
  has_row_security: boolean
  granted: string[] | null
}

/** Answers what the connection's role may do. Rejects with `ERR_STORE_RIGHTS` when it may not write, or sequence if it `sequences`. */
export async function checkRights(database: Database, sequences: boolean): Promise<Rights> {
  const [row] = await database.query<Row>(rightsOfRole)
  if (row === undefined) throw new Error('Postgres gave no answer about rights')
  if (!row.may_write) throw mayNot(row, 'writer')
  if (sequences && !row.may_sequence) throw mayNot(row, 'sequencer')
  return { setUp: row.is_owner ? 'single-role' : 'roles', hasRowSecurity: row.has_row_security }
}

const DOING = { writer: 'write to the log', sequencer: 'put the log in order' } as const
const OTHERWISE = {
  writer: '',
  sequencer: ' Or set the option "sequencer" to false here, where another process puts it in order.',
} as const

function mayNot({ role, granted }: Row, needed: 'writer' | 'sequencer'): ActrailError {
  const known = granted?.find((name) => name.endsWith(`_${needed}`))
  const remedy =
    known === undefined
      ? 'Run the SQL of rolesSql({ application }) as an administrator.'
      : `grant ${known} to "${role}"`
  return new ActrailError(
    'ERR_STORE_RIGHTS',
    `The user "${role}" may not ${DOING[needed]}. ${remedy}${remedy.endsWith('.') ? '' : ' (as an administrator).'}${OTHERWISE[needed]}`,
  )
}
