import type { JournalOptions } from '@actrail/core'
import type { CaseStore } from '../../conformance/case-store'

/** What the application of the rigs is started with: the same folder for each of its lives. */
export interface AppSettings extends CaseStore {
  readonly framework: string
  /** Writes rows, each with an event recorded in the same transaction; else its handlers need no database. */
  readonly business: boolean
  /** Notes whose handler ran. */
  readonly notes?: boolean
  readonly journal?: JournalOptions
}
