import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ActrailError } from '../errors'
import type { Logger } from '../model/logger'
import { openEmbeddedStore } from '../store/embedded'
import { type Look, lookAtLog } from '../store/look'
import type { DatabasePlace } from '../store/reach'
import { bad, type Check, clockCheck, good, nodeCheck } from './check'
import { migrationCheck, poolerCheck, rightsCheck, serverCheck, skewCheck } from './database-checks'
import { explain } from './explained'
import { examineFolder } from './folder'
import { type JournalBounds, producersCheck, roomCheck, speedCheck } from './journal-checks'

/** What is looked at from outside; at least one of the two. */
export interface Installation {
  /** A `postgres://` URL. Default: the embedded store in `directory`. */
  readonly database?: string | undefined
  /** The option `directory` of the application. Default: its files are not looked at. */
  readonly directory?: string | undefined
  /** The Postgres schema that holds all our tables. Default: `actrail`. */
  readonly schema?: string | undefined
}

/** The defaults of the options of the same names: the application's own are not known here. */
const JOURNAL: JournalBounds = { minFreeBytes: 67_108_864, maxBytes: 1_073_741_824 }
const SILENT: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
/** Rollups a few seconds behind are usual; so many events are not. */
const ROLLUPS_BEHIND = 200_000

/**
 * What `trail.doctor()` looks at, as far as it can be seen without the application: its clock, its database, its folder.
 * Disturbs no trail that runs: nothing is migrated, adopted or led; an embedded store that is in use is left alone. Takes
 * a second or two. Never rejects.
 */
export async function examineInstallation(installation: Installation): Promise<readonly Check[]> {
  const { directory } = installation
  const looked = [databaseChecks(installation), ...(directory === undefined ? [] : [journalChecks(directory)])]
  return [nodeCheck(process.versions.node), clockCheck(Date.now()), ...(await Promise.all(looked)).flat()]
}

async function databaseChecks({ database, directory, schema }: Installation): Promise<readonly Check[]> {
  try {
    if (database !== undefined) return checksOf(await lookAtLog({ database, schema }))
    if (directory !== undefined) return await embeddedChecks(directory, schema)
    return [bad('database', 'No database is named.', 'Give its URL, or the folder that the application uses.')]
  } catch (error) {
    if (error instanceof ActrailError && error.code === 'ERR_STORE_LOCKED')
      return [
        good(
          'database',
          'The embedded store is in use.',
          'To have it looked into, ask GET /health, or stop its process.',
        ),
      ]
    if (error instanceof ActrailError)
      return [bad('database', error.message, `docs/reference/errors.md explains ${error.code}.`)]
    const { message, remedy } = explain(error)
    return [bad('database', message, remedy)]
  }
}

async function embeddedChecks(directory: string, schema: DatabasePlace['schema']): Promise<readonly Check[]> {
  if (!existsSync(join(directory, 'store'))) {
    const remedy = 'Name the folder that the application uses (its option "directory"), or its database.'
    return [bad('database', `There is no embedded store in ${directory}.`, remedy)]
  }
  const database = await openEmbeddedStore({ directory: join(directory, 'store'), logger: SILENT })
  try {
    return checksOf(await lookAtLog({ database, schema }))
  } finally {
    await database.close()
  }
}

function checksOf(look: Look | undefined): readonly Check[] {
  if (look === undefined)
    return [
      good('database', 'The database answers.'),
      bad(
        'migrations',
        'It holds no log in this schema.',
        'Correct the database or the schema, or run: actrail migrate',
      ),
    ]
  return [
    serverCheck(look),
    migrationCheck(look),
    skewCheck(look.clockAheadMs),
    poolerCheck(look),
    rightsCheck(look.setUp),
    sequencerCheck(look),
    rollupsCheck(look.figures),
    quarantineCheck(look.figures.quarantinedEvents),
  ]
}

function sequencerCheck({ isLed, figures }: Look): Check {
  if (isLed) return good('sequencer', `A process puts the log in order; ${figures.waitingEvents} events wait.`)
  return figures.waitingEvents === 0
    ? good('sequencer', 'No process puts the log in order now, and no event waits for one.')
    : bad(
        'sequencer',
        `${figures.waitingEvents} events wait, and no process puts the log in order.`,
        'Start the application, or look into its log (options database and sequencer).',
      )
}

function rollupsCheck({ sequencedEvents, rolledUpEvents }: Look['figures']): Check {
  const behind = sequencedEvents - rolledUpEvents
  const message = `The rollups hold ${rolledUpEvents} of ${sequencedEvents} events.`
  return behind < ROLLUPS_BEHIND
    ? good('rollups', message)
    : bad('rollups', message, 'They follow while an application runs. If they do not, look into its log.')
}

function quarantineCheck(events: number): Check {
  return events === 0
    ? good('quarantine', 'The log has refused no event.')
    : bad('quarantine', `The log has refused ${events} events.`, 'See why, then retry: actrail quarantine list')
}

async function journalChecks(directory: string): Promise<readonly Check[]> {
  const folder = join(directory, 'journal')
  if (!existsSync(folder)) {
    const remedy = 'Name the folder that the application uses (its option "directory").'
    return [bad('journal', `There is no journal in ${directory}.`, remedy)]
  }
  try {
    const facts = await examineFolder(folder)
    const writable = good('journal', `${folder} can be written to by this user.`)
    return [writable, roomCheck(JOURNAL, facts, 0), speedCheck(facts), producersCheck(facts)]
  } catch (error) {
    const { message, remedy } = explain(error)
    return [bad('journal', message, remedy)]
  }
}
