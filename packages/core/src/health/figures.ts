import type { TrailStatus } from './trail-status'

/** One metric as Prometheus knows it, and where a status has it. */
export interface Figure {
  readonly name: string
  readonly help: string
  /** Counters are of this process and begin at 0 with it. */
  readonly kind: 'counter' | 'gauge'
  /** Undefined: not known at the moment. */
  readonly of: (status: TrailStatus) => number | undefined
}

const seconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / 1_000)
const flag = (is: boolean | undefined): number | undefined => (is === undefined ? undefined : Number(is))

const gauge = (name: string, help: string, of: Figure['of']): Figure => ({ name, help, kind: 'gauge', of })
const counter = (name: string, help: string, of: Figure['of']): Figure => ({ name, help, kind: 'counter', of })

/** Every metric that is read from a status; docs/guides/operating.md lists them. */
export const FIGURES: readonly Figure[] = [
  counter('actrail_events_accepted_total', 'Events that this process accepted.', ({ events }) => events.accepted),
  counter(
    'actrail_events_stored_total',
    'Events that this process wrote to the database.',
    ({ sender }) => sender?.storedEvents,
  ),
  counter(
    'actrail_events_unknown_total',
    'Requests whose process died, reported by this one.',
    ({ events }) => events.unknown,
  ),
  counter(
    'actrail_events_lost_total',
    'Events that neither disk nor memory took. Must be 0.',
    ({ events }) => events.lost,
  ),
  gauge('actrail_events_unsent', 'Events of this process that are on this node only.', ({ events }) => events.unsent),
  gauge('actrail_oldest_unsent_seconds', 'Age of the oldest unsent event, at most.', (status) =>
    seconds(status.oldestUnsentMs),
  ),
  gauge('actrail_open_intents', 'Requests that are running.', ({ journal }) => journal.openIntents),
  gauge('actrail_journal_bytes', 'Size of the journal on disk.', ({ journal }) => journal.diskBytes),
  gauge(
    'actrail_journal_memory_bytes',
    'Size of the journal in memory, where the disk takes none.',
    ({ journal }) => journal.memoryBytes,
  ),
  gauge('actrail_journal_on_disk', '1 while the disk takes events.', ({ journal }) =>
    flag(journal.writesTo === 'disk'),
  ),
  gauge(
    'actrail_journals_adopted',
    'Journals of dead processes that are being read.',
    ({ journal }) => journal.adopting,
  ),
  counter(
    'actrail_journal_errors_total',
    'Writes and syncs of the journal that failed.',
    ({ journal }) => journal.writeErrors + journal.syncErrors,
  ),
  gauge('actrail_store_up', '1 while the database is open.', ({ store }) => flag(store.isOpen)),
  gauge(
    'actrail_inbox_events',
    'Events in the database that wait to be put into the log.',
    ({ events }) => events.waiting,
  ),
  gauge('actrail_sequencer_lag_seconds', 'Age of the oldest of them.', ({ sequencer }) => seconds(sequencer?.lagMs)),
  gauge('actrail_sequencer_leading', '1 where this process puts the log in order.', ({ sequencer }) =>
    flag(sequencer?.isLeading),
  ),
  gauge('actrail_log_events', 'Events in the log.', ({ events }) => events.sequenced),
  gauge('actrail_quarantine_events', 'Events that the database refused.', ({ events }) => events.quarantined),
  counter(
    'actrail_errors_swallowed_total',
    "Errors kept from the host's requests.",
    (status) => status.swallowedErrors,
  ),
  gauge('actrail_problems', 'Things that are wrong; the status names them.', ({ problems }) => problems.length),
  gauge('actrail_failing', '1 while this process loses events or is stopped.', ({ status }) =>
    flag(status === 'failing'),
  ),
]
