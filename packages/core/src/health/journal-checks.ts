import { bad, type Check, good } from './check'
import type { FolderFacts } from './folder'

/** What the journal may take. */
export interface JournalBounds {
  readonly minFreeBytes: number
  readonly maxBytes: number
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1_048_576).toLocaleString('en')} MB`

/** Whether the journal has the room that it may take. */
export function roomCheck(journal: JournalBounds, { freeBytes }: FolderFacts, takenBytes: number): Check {
  const wanted = Math.max(0, journal.maxBytes - takenBytes) + journal.minFreeBytes
  const message = `${megabytes(freeBytes)} are free for the journal, which may take ${megabytes(journal.maxBytes)}.`
  if (freeBytes < journal.minFreeBytes)
    return bad('disk', message, 'Free space: below journal.minFreeBytes events are kept in memory only.')
  return good('disk', message, freeBytes < wanted ? 'A long outage of the database would fill it.' : undefined)
}

const SLOW_SYNC_MS = 50

/** Whether the journal's disk is fast enough. */
export function speedCheck({ syncMs }: FolderFacts): Check {
  const message = `A sync of the journal's disk takes ${syncMs.toFixed(1)} ms.`
  return syncMs <= SLOW_SYNC_MS
    ? good('disk speed', message)
    : bad('disk speed', message, 'Put the journal on a local disk (option journal.directory), not on a network.')
}

/** Whether somebody looks after each journal in the folder. */
export function producersCheck({ ofThisHost, ofOtherHosts }: FolderFacts): Check {
  return ofOtherHosts === 0
    ? good('journals', `The folder holds journals of this host only: ${ofThisHost}, one for each process.`)
    : bad(
        'journals',
        `The folder holds ${ofOtherHosts} journals of other hosts, which nobody adopts: whether their processes live cannot be seen from here.`,
        'Give each host a folder of its own. Start a process on a host of that name to have them stored.',
      )
}
