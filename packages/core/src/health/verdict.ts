import { sqlState } from '../store/data-errors'
import { explain, type Explained } from './explained'
import type { Figures } from './store-figures'
import type { Report, Verdict } from './trail-status'

/** What a report does not show. */
export interface Circumstances {
  readonly isStopped: boolean
  /** Why there is no store. */
  readonly failure: unknown
  /** An event was lost within the last minute. */
  readonly isLosing: boolean
  readonly figures: Figures<unknown>
}

/** A problem, and whether it alone is reason enough to send requests elsewhere. */
interface Problem extends Explained {
  readonly isFatal?: boolean
}

type Rule = (report: Report, circumstances: Circumstances) => Problem | undefined

const OLD_MS = 10_000
const LAGGING_MS = 30_000

/** Worst first. */
const RULES: readonly Rule[] = [
  (_report, { isStopped }) =>
    isStopped
      ? { code: 'stopped', message: 'The trail is stopped.', remedy: 'Make a new one.', isFatal: true }
      : undefined,
  ({ events: { lost } }, { isLosing }) =>
    lost > 0
      ? {
          code: 'lost',
          message: `${lost} events were lost: neither disk nor memory took them.`,
          remedy: 'Give the journal a working disk with room (options journal.maxBytes, journal.maxMemoryBytes).',
          isFatal: isLosing,
        }
      : undefined,
  ({ journal }) =>
    journal.mode !== 'memory' && journal.writesTo === 'memory'
      ? {
          code: 'disk',
          message:
            journal.mode === 'strict'
              ? 'The disk takes no events: requests are refused until it does.'
              : 'The disk takes no events: they are kept in memory, and a crash would lose them.',
          remedy: 'trail.doctor() shows what is wrong with the folder of the option journal.directory.',
          isFatal: journal.mode === 'strict',
        }
      : undefined,
  ({ journal: { writesTo, problems } }) =>
    writesTo === 'disk' && problems[0] !== undefined
      ? { code: 'slow', message: problems[0], remedy: 'Put the journal on a local disk (option journal.directory).' }
      : undefined,
  (_report, { failure }) => (failure === undefined ? undefined : explain(failure)),
  (_report, { figures }) =>
    figures.kind === 'read' || isRefused(figures.error) ? undefined : { ...explain(figures.error), code: 'database' },
  ({ oldestUnsentMs, sender }) =>
    sender?.state === 'retrying' && oldestUnsentMs > OLD_MS
      ? {
          code: 'unsent',
          message: `The database takes no events; the oldest has waited for ${Math.round(oldestUnsentMs / 1000)} s.`,
          remedy: 'lastError says why. Events wait in the journal and follow by themselves.',
        }
      : undefined,
  ({ sequencer }) =>
    (sequencer?.lagMs ?? 0) > LAGGING_MS
      ? {
          code: 'lag',
          message: `Events have waited for ${Math.round((sequencer?.lagMs ?? 0) / 1000)} s to be put into the log.`,
          remedy: 'One process with the option sequencer needs a direct connection to Postgres; ask trail.doctor().',
        }
      : undefined,
  ({ events: { quarantined = 0 } }) =>
    quarantined > 0
      ? {
          code: 'quarantined',
          message: `${quarantined} events were refused by the database and put aside.`,
          remedy: 'trail.quarantine.list() says why; trail.quarantine.retry() tries them again.',
        }
      : undefined,
]

/** Says how a trail is from what it reports. */
export function judge(
  report: Report,
  circumstances: Circumstances,
): { readonly status: Verdict; readonly problems: readonly Explained[] } {
  const found = RULES.flatMap((rule) => rule(report, circumstances) ?? [])
  const status = found.some(({ isFatal }) => isFatal === true) ? 'failing' : found.length > 0 ? 'degraded' : 'ok'
  return { status, problems: found.map(({ code, message, remedy }) => ({ code, message, remedy })) }
}

/** A user that only writes may not see the inbox, which is as it should be. */
const isRefused = (error: unknown): boolean => sqlState(error) === '42501'
