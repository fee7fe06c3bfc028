import { ActrailError } from '../errors'
import { sqlState } from '../store/data-errors'

/** An error as an operator needs it. */
export interface Explained {
  /** A code of ours (`ERR_…`), a SQLSTATE, a code of the operating system (`ENOSPC`), else the error's name. */
  readonly code: string
  readonly message: string
  /** What to do. */
  readonly remedy: string
}

const NETWORK =
  'Check that Postgres runs and can be reached from here. Events wait in the journal and follow by themselves.'
const FOLDER = 'Give the journal a folder on a local disk that this user may write to (option journal.directory).'
const SPACE = "Free space on the journal's disk, or move the journal (option journal.directory)."
const FILES = 'Raise the limit of open files of this process (ulimit -n), or find out what keeps them open.'
const LATER = 'Nothing, unless it stays: Postgres was busy, and it is tried again.'

/** By SQLSTATE, its class, or the operating system's code. */
const REMEDIES: Readonly<Record<string, string>> = {
  '08': NETWORK,
  '25006': 'The server is read-only, perhaps a standby. Name the primary in the option "database".',
  '28': 'Correct the user or the password in the option "database".',
  '3D': 'Create the database, or correct its name in the option "database".',
  '40': LATER,
  '42': 'A table or a right is missing. Run the migrations as the owner; trail.doctor() shows what this user may do.',
  '53100': "Free space on the database's disk.",
  '53300': 'Raise max_connections of Postgres, or lower the option "poolSize".',
  '53': 'Postgres lacks memory or disk. Look into its log.',
  '55': LATER,
  '57': 'Postgres restarts, or ended a statement that took too long. Events wait in the journal and follow by themselves.',
  '58': 'Postgres has trouble with its disk. Look into its log.',
  ...{ ECONNREFUSED: NETWORK, ECONNRESET: NETWORK, ENOTFOUND: NETWORK, EAI_AGAIN: NETWORK, EPIPE: NETWORK },
  ...{ ETIMEDOUT: NETWORK, EHOSTUNREACH: NETWORK, ENETUNREACH: NETWORK },
  ...{ EACCES: FOLDER, EPERM: FOLDER, EROFS: FOLDER, ENOENT: FOLDER, ENOTDIR: FOLDER, EEXIST: FOLDER },
  ...{ ENOSPC: SPACE, EDQUOT: SPACE, EMFILE: FILES, ENFILE: FILES },
  EIO: "The journal's disk fails. Replace it, or move the journal (option journal.directory).",
}

/** Gives an error its code and what to do about it, whatever was thrown. */
export function explain(error: unknown): Explained {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof ActrailError)
    return { code: error.code, message, remedy: `docs/reference/errors.md explains ${error.code}.` }
  const code = sqlState(error) ?? codeOf(error)
  const remedy = REMEDIES[code] ?? (/^[0-9A-Z]{5}$/.test(code) ? REMEDIES[code.slice(0, 2)] : undefined)
  return { code, message: message || code, remedy: remedy ?? 'See the log for its stack, and report it if it stays.' }
}

function codeOf(error: unknown): string {
  const { code, name, cause } = Object(error) as { code?: unknown; name?: unknown; cause?: { code?: unknown } }
  const told = code ?? cause?.code ?? name
  return typeof told === 'string' ? told : 'Error'
}
