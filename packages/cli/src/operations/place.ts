import path from 'node:path'
import type { LogPlace } from '@actrail/core/maintenance'
import type { FlagDefinition, Io } from '../command'
import { usageFailure } from '../failure'

/** The flags of every command that works on a database. */
export interface PlaceFlags {
  readonly database?: string
  readonly directory?: string
  readonly schema?: string
}

/** See {@link PlaceFlags}. */
export const PLACE_FLAGS: readonly FlagDefinition[] = [
  {
    flag: '--database <url>',
    description:
      'The database of the log: postgres://user@host:5432/database. Also: ACTRAIL_DATABASE, which keeps a password out of the list of processes.',
  },
  {
    flag: '--directory <folder>',
    description: "The application's folder (its option directory), for its embedded store where there is no database.",
  },
  { flag: '--schema <name>', description: 'The Postgres schema that holds the tables of the log.', default: 'actrail' },
]

/** Hears of trouble that passes, and keeps it to itself: a command says what comes of it. */
const SILENT: NonNullable<LogPlace['logger']> = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}

/**
 * Which log is meant, if any is named. A database that is named comes before the folder.
 */
export function placeIfNamed(flags: PlaceFlags, { env, cwd }: Pick<Io, 'env' | 'cwd'>): LogPlace | undefined {
  const database = flags.database ?? (flags.directory === undefined ? env.ACTRAIL_DATABASE : undefined)
  if (database === undefined && flags.directory === undefined) return undefined
  const directory = flags.directory === undefined ? undefined : path.resolve(cwd, flags.directory)
  return { database, directory, schema: flags.schema, logger: SILENT }
}

/** Which log is meant. Throws a usage failure when none is named: no command makes one by accident. */
export function placeOf(flags: PlaceFlags, io: Pick<Io, 'env' | 'cwd'>): LogPlace {
  const place = placeIfNamed(flags, io)
  if (place !== undefined) return place
  throw usageFailure(
    'No log is named. Give its database by --database postgres://user@host:5432/database or ACTRAIL_DATABASE, or the application’s folder by --directory.',
  )
}
