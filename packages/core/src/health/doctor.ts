import type { TrustProxy } from '../capture/client-address'
import type { Examination } from '../store/examine'
import { bad, type Check, clockCheck, good, nodeCheck } from './check'
import { migrationCheck, poolerCheck, rightsCheck, serverCheck, skewCheck } from './database-checks'
import { explain } from './explained'
import { examineFolder } from './folder'
import { type JournalBounds, producersCheck, roomCheck, speedCheck } from './journal-checks'
import type { TrailStatus } from './trail-status'

/** What the doctor looks at. */
export interface Patient {
  readonly trustProxy: TrustProxy
  readonly hasAuthorize: boolean
  readonly journal: JournalBounds & { readonly directory: string }
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
