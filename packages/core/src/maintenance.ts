import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { rollupTask } from './analytics/rollups'
import { ActrailError } from './errors'
import { type ImportCounts, importEvents, type ImportOptions, type ImportRow } from './import/event-import'
import { normaliseEvent } from './ledger/normal-form'
import { encodeRow } from './ledger/row'
import type { EventInput, EventRow } from './model/event'
import { createIds } from './model/id'
import { consoleLogger, type Logger } from './model/logger'
import { createRedactor, type RedactOptions } from './redact/redactor'
import { createSequencer } from './sequence/sequencer'
import type { DatabaseOption } from './store/connection'
import { drainedOrStalled } from './store/drain'
import { openEmbeddedStore } from './store/embedded'
import type { Quarantine } from './store/quarantine'
import type { RebuildOptions, RebuildProgress } from './store/rollup-rebuild'
import { openStore, type Store } from './store/store'
import { schemaVersion, type SchemaVersion, upgradeSchema } from './store/upgrade'
import { createTasks } from './tasks/tasks'

export { examineInstallation, type Installation } from './health/outside-doctor'
export type { ImportCounts, ImportOptions, ImportRow } from './import/event-import'
export type { Mapping } from './import/mapping'
export { readMapping } from './import/read-mapping'
export { createRowMapper, type MappedRow, type MapRow } from './import/row-mapper'
export type { Row } from './import/source'
export { type ForeignPlace, type ForeignRow, type ForeignTable, openForeignTable } from './store/foreign-table'
export { migrationsSql, type MigrationsSqlOptions } from './store/migration-script'
export type { RebuildOptions, RebuildProgress } from './store/rollup-rebuild'
export type { SchemaVersion } from './store/upgrade'

/** Where a log is: in a database, or in an embedded store. */
export interface LogPlace {
  /** A `postgres://` URL. Default: the embedded store in `directory`. */
  readonly database?: string | undefined
  /** The option `directory` of the trail whose embedded store it is. Default: `.actrail`. */
  readonly directory?: string | undefined
  /** The Postgres schema that holds all our tables. Default: `actrail`. */
  readonly schema?: string | undefined
  /** Hears of trouble that passes. Default: warnings and errors on stderr. */
  readonly logger?: Logger | undefined
}

/** How rows are imported into an open log. */
export interface LogImportOptions<Origin> extends ImportOptions<Origin> {
  /** What counts as a secret in the rows. */
  readonly redact?: RedactOptions | undefined
  /** The event that tells of the import, made of its counts; recorded when the rows are in the log. Default: none. */
  readonly note?: (counts: ImportCounts) => EventInput
}

/** A log that is worked on from outside, beside the trails that use it. */
export interface OpenedLog {
  /** Events that the database refused. */
  readonly quarantine: Quarantine
  /** Makes the rollups anew from the log, while the old ones go on. */
  rebuildRollups(options?: RebuildOptions): Promise<RebuildProgress>
  /**
   * Puts the rows of another table into the log, each once however often they are imported. Puts the log in order itself
   * where nobody else does and it may. Rejects with `ERR_IMPORT_STALLED` when the log does not grow for a minute.
   */
  importRows<Origin>(rows: AsyncIterable<ImportRow<Origin>>, options: LogImportOptions<Origin>): Promise<ImportCounts>
  /** May be called twice. */
  close(): Promise<void>
}

/** Brings the schema up to date, and answers how it was before. Rejects as `trail.start()` does. */
export function migrateLog(place: LogPlace): Promise<SchemaVersion> {
  return within(place, (database) => upgradeSchema({ database, schema: place.schema }))
}

/** Answers which migrations a log has, and changes nothing. Rejects as `trail.start()` does. */
export async function logVersion(place: LogPlace): Promise<SchemaVersion> {
  requireFolder(place)
  return within(place, (database) => schemaVersion({ database, schema: place.schema }))
}

/**
 * Opens a log that is there, to work on it. An embedded store belongs to one process at a time. Rejects as
 * `trail.start()` does, with `ERR_STORE_MISSING` where there is no log, and `ERR_STORE_VERSION` when its schema is older
 * than this release.
 */
export async function openLog(place: LogPlace): Promise<OpenedLog> {
  requireFolder(place)
  const { database, close } = await reach(place)
  try {
    requireMigrations(await schemaVersion({ database, schema: place.schema }), place)
    const { store, sequences } = await openEither({ database, schema: place.schema ?? 'actrail' })
    const logger = place.logger ?? consoleLogger
    return {
      quarantine: store.quarantined,
      rebuildRollups: (options) => store.rebuildRollups(options),
      importRows: (rows, options) => importInto(store, { rows, options, sequences, logger }),
      close: () => store.stop().finally(close),
    }
  } catch (error) {
    await close()
    throw error
  }
}

interface ReachedPlace {
  readonly database: DatabaseOption
  close(): Promise<void>
}

async function reach({ database, directory = '.actrail', logger = consoleLogger }: LogPlace): Promise<ReachedPlace> {
  if (database !== undefined) return { database, close: () => Promise.resolve() }
  const embedded = await openEmbeddedStore({ directory: join(directory, 'store'), logger })
  return { database: embedded, close: () => embedded.close() }
}

async function within<T>(place: LogPlace, work: (database: DatabaseOption) => Promise<T>): Promise<T> {
  const { database, close } = await reach(place)
  try {
    return await work(database)
  } finally {
    await close()
  }
}

/** Opening an embedded store makes its folder: whoever only looks or repairs must not. */
function requireFolder({ database, directory = '.actrail' }: LogPlace): void {
  if (database !== undefined || existsSync(join(directory, 'store'))) return
  throw new ActrailError(
    'ERR_STORE_MISSING',
    `There is no embedded store in ${directory}. Name the folder that the application uses (its option "directory"), or its database.`,
  )
}

function requireMigrations({ ran, pending, where }: SchemaVersion, { schema = 'actrail' }: LogPlace): void {
  if (ran.length === 0)
    throw new ActrailError(
      'ERR_STORE_MISSING',
      `There is no log in the schema "${schema}" of ${where}. Correct the database or the schema, or make a log: actrail migrate.`,
    )
  if (pending.length > 0)
    throw new ActrailError(
      'ERR_STORE_VERSION',
      `The schema "${schema}" of ${where} is older than this release. Bring it up to date first: actrail migrate.`,
    )
}

/** With the rights of a sequencer where this user has them, else without. */
async function openEither(place: {
  database: DatabaseOption
  schema: string
}): Promise<{ store: Store; sequences: boolean }> {
  try {
    return { store: await openStore({ ...place, sequencer: true }), sequences: true }
  } catch (error) {
    if (!(error instanceof ActrailError) || error.code !== 'ERR_STORE_RIGHTS') throw error
    return { store: await openStore({ ...place, sequencer: false }), sequences: false }
  }
}

interface Importing<Origin> {
  readonly rows: AsyncIterable<ImportRow<Origin>>
  readonly options: LogImportOptions<Origin>
  readonly sequences: boolean
  readonly logger: Logger
}

async function importInto<Origin>(store: Store, importing: Importing<Origin>): Promise<ImportCounts> {
  const { rows, options, sequences, logger } = importing
  const ids = createIds()
  const redactor = createRedactor(options.redact)
  const normalise = (event: EventInput): EventRow =>
    normaliseEvent(event, { now: Date.now, nextId: () => ids.next(), redactor })
  const sequencer = createSequencer({ log: store.sequence, logger })
  const tasks = createTasks({ tasks: [rollupTask(store.rollups)], isLeader: () => sequencer.isLeader(), logger })
  const drained = (): Promise<void> => drainedOrStalled(store)
  const wake = (events: number): void => sequencer.wake(events)
  const { knownIds, appendAll } = store
  if (sequences) {
    sequencer.start()
    tasks.start()
  }
  try {
    // What a run that was broken off has left in the inbox must be in the log before that is looked into.
    await drained()
    const log = { knownIds, appendAll, drained, wake, normalise, now: Date.now }
    const counts = await importEvents(rows, log, options)
    if (options.note !== undefined) {
      const text = encodeRow(normalise(options.note(counts)))
      await store.append(Buffer.from(`[${text}]`), 1)
      wake(1)
      await drained()
    }
    return counts
  } finally {
    await Promise.all([tasks.stop(), sequencer.stop()])
  }
}
