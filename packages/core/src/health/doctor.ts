import type { TrustProxy } from '../capture/client-address'
import type { Examination } from '../store/examine'
import { examineFolder, type FolderFacts } from './folder'
import { explain } from './explained'
import type { TrailStatus } from './trail-status'

/** One thing that was looked at. */
export interface Check {
  readonly check: string
  readonly ok: boolean
  /** What was found. */
  readonly message: string
  /** What to do; of an `ok` check a hint, if anything. */
  readonly remedy?: string
}

/** What the doctor looks at. */
export interface Patient {
  readonly trustProxy: TrustProxy
  readonly hasAuthorize: boolean
  readonly journal: { readonly directory: string; readonly minFreeBytes: number; readonly maxBytes: number }
  /** Undefined where nothing is stored in a database. */
  readonly examine: () => Promise<Examination | undefined>
  readonly status: () => Promise<TrailStatus>
  /** Ms since 1970. */
  readonly now: () => number
  /** Node's version; for tests. */
  readonly node?: string
}

/**
 * Looks at everything that an installation can get wrong and says what to do. Takes a second or two, writes one small
 * file to the journal's folder and removes it, opens two connections more for a moment. Never rejects.
 */
export async function examineTrail(patient: Patient): Promise<readonly Check[]> {
  const { node = process.versions.node, now, trustProxy, hasAuthorize } = patient
  const looked = [databaseChecks(patient), journalChecks(patient), statusChecks(patient)]
  const found = (await Promise.all(looked)).flat()
  return [nodeCheck(node), clockCheck(now()), ...found, proxyCheck(trustProxy), authorizeCheck(hasAuthorize)]
}

const good = (check: string, message: string, remedy?: string): Check => ({
  ...{ check, ok: true, message },
  ...(remedy !== undefined && { remedy }),
})
const bad = (check: string, message: string, remedy: string): Check => ({ check, ok: false, message, remedy })

function nodeCheck(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22
  return fits
    ? good('node', `Node ${version}.`)
    : bad('node', `Node ${version} is not supported.`, 'Use Node 20.19, 22.12 or later.')
}

const OLDEST_CLOCK_MS = Date.UTC(2020, 0)

function clockCheck(nowMs: number): Check {
  const text = new Date(nowMs).toISOString()
  return nowMs >= OLDEST_CLOCK_MS
    ? good('clock', `It is ${text} here.`)
    : bad(
        'clock',
        `The clock of this machine says ${text}.`,
        'Set it, and keep it right with NTP: events carry its time.',
      )
}

async function databaseChecks({ examine, status }: Patient): Promise<Check[]> {
  try {
    const found = await examine()
    if (found === undefined) return [good('database', 'This trail keeps its events in memory.')]
    const { store, sequencer } = await status()
    return [
      serverCheck(found),
      migrationCheck(found),
      skewCheck(found.clockAheadMs),
      poolerCheck(found),
      rightsCheck(store.setUp),
      sequencerCheck(sequencer?.state),
    ]
  } catch (error) {
    const { cause } = Object(error) as { cause?: unknown }
    const { message, remedy } = explain(cause ?? error)
    return [bad('database', message, remedy)]
  }
}

function serverCheck({ serverVersion, isStandby, isDurable }: Examination): Check {
  if (isStandby)
    return bad('database', `Postgres ${serverVersion} is a standby.`, 'Name the primary in the option "database".')
  if (!isDurable)
    return bad(
      'database',
      `Postgres ${serverVersion} may lose what it has confirmed: fsync or full_page_writes is off.`,
      'Switch both on in postgresql.conf.',
    )
  return good('database', `Postgres ${serverVersion} answers.`)
}

function migrationCheck({ isMigrated, hasNewerMigrations }: Examination): Check {
  if (!isMigrated)
    return bad('migrations', 'The schema is older than this release.', 'Run the migrations as the owner.')
  return hasNewerMigrations
    ? good('migrations', 'A newer release has migrated the schema.', 'Upgrade this process as well.')
    : good('migrations', 'The schema is up to date.')
}

const SKEW_MS = 5_000

function skewCheck(aheadMs: number): Check {
  const apart = `The database's clock is ${Math.abs(aheadMs)} ms ${aheadMs < 0 ? 'behind' : 'ahead'}.`
  return Math.abs(aheadMs) <= SKEW_MS
    ? good('database clock', apart)
    : bad('database clock', apart, 'Keep both right with NTP: shards and time ranges go by them.')
}

function poolerCheck({ isPooled }: Examination): Check {
  return isPooled
    ? bad(
        'pooler',
        'There is a pooler in transaction mode between this process and Postgres: locks and notifications do not work through it.',
        'Give the option "database" a direct connection, or one through a pool in session mode.',
      )
    : good('pooler', 'Connections to Postgres last.')
}

function rightsCheck(setUp: TrailStatus['store']['setUp']): Check {
  return setUp === 'single-role'
    ? good('rights', 'This user owns the log: nothing in the database protects the log from it.', 'See rolesSql().')
    : good('rights', 'This user has no more rights than it needs.')
}

/** By what the sequencer of this process does. */
const SEQUENCING: Readonly<Record<NonNullable<TrailStatus['sequencer']>['state'], Check>> = {
  leading: good('sequencer', 'This process puts the log in order.'),
  standby: good('sequencer', 'Another process puts the log in order; this one follows when it dies.'),
  stopped: good('sequencer', 'This process does not put the log in order.', 'Another one must (option sequencer).'),
  connecting: bad('sequencer', 'It has no connection to the database.', 'See lastError of trail.status().'),
}

function sequencerCheck(state: keyof typeof SEQUENCING | undefined): Check {
  return SEQUENCING[state ?? 'connecting']
}

async function journalChecks({ journal, status }: Patient): Promise<Check[]> {
  const { journal: kept } = await status()
  if (kept.mode === 'memory') {
    const remedy = "Set journal.mode to 'durable' where anybody relies on the log."
    return [bad('journal', 'Events are kept in memory: a crash loses them. This is no audit log.', remedy)]
  }
  try {
    const facts = await examineFolder(journal.directory)
    return [
      good('journal', `${journal.directory} can be written to.`),
      roomCheck(journal, facts, kept.diskBytes),
      speedCheck(facts),
      producersCheck(facts),
    ]
  } catch (error) {
    const { message, remedy } = explain(error)
    return [bad('journal', message, remedy)]
  }
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1_048_576).toLocaleString('en')} MB`

function roomCheck(journal: Patient['journal'], { freeBytes }: FolderFacts, takenBytes: number): Check {
  const wanted = Math.max(0, journal.maxBytes - takenBytes) + journal.minFreeBytes
  const message = `${megabytes(freeBytes)} are free for the journal, which may take ${megabytes(journal.maxBytes)}.`
  if (freeBytes < journal.minFreeBytes)
    return bad('disk', message, 'Free space: below journal.minFreeBytes events are kept in memory only.')
  return good('disk', message, freeBytes < wanted ? 'A long outage of the database would fill it.' : undefined)
}

const SLOW_SYNC_MS = 50

function speedCheck({ syncMs }: FolderFacts): Check {
  const message = `A sync of the journal's disk takes ${syncMs.toFixed(1)} ms.`
  return syncMs <= SLOW_SYNC_MS
    ? good('disk speed', message)
    : bad('disk speed', message, 'Put the journal on a local disk (option journal.directory), not on a network.')
}

function producersCheck({ ofThisHost, ofOtherHosts }: FolderFacts): Check {
  return ofOtherHosts === 0
    ? good('journals', `The folder holds journals of this host only: ${ofThisHost}, one for each process.`)
    : bad(
        'journals',
        `The folder holds ${ofOtherHosts} journals of other hosts, which nobody adopts: whether their processes live cannot be seen from here.`,
        'Give each host a folder of its own. Start a process on a host of that name to have them stored.',
      )
}

function proxyCheck(trust: TrustProxy): Check {
  if (Array.isArray(trust) && trust.some((range) => /\/0$/.test(String(range))))
    return bad(
      'proxies',
      'Every client may say what its address is.',
      'List the addresses of your proxies in trustProxy.',
    )
  if (typeof trust === 'number' && trust > 0)
    return good(
      'proxies',
      `The last ${trust} addresses of X-Forwarded-For are trusted to be those of proxies.`,
      'Make sure that nobody reaches this process past them; a list of addresses is safer than a number.',
    )
  return trust === false || trust === 0
    ? good('proxies', "The connection's address is recorded.", 'Behind a proxy set trustProxy, or it is the proxy’s.')
    : good('proxies', 'The addresses of trusted proxies are listed.')
}

function authorizeCheck(hasAuthorize: boolean): Check {
  return hasAuthorize
    ? good('authorize', 'The option authorize decides who may read the log.')
    : good('authorize', 'Nobody may read the log over HTTP.', 'Set the option authorize.')
}

async function statusChecks({ status }: Patient): Promise<Check[]> {
  const { problems } = await status()
  return problems.length === 0
    ? [good('status', 'No problems.')]
    : problems.map(({ message, remedy }) => bad('status', message, remedy))
}
