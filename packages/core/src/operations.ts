import { join } from 'node:path'
import type { Backend } from './backend'
import type { Check } from './health/check'
import { examineTrail } from './health/doctor'
import type { Metrics } from './health/metrics'
import { createStatus } from './health/status'
import type { TrailStatus } from './health/trail-status'
import type { WatchedLogger } from './health/watched-logger'
import type { Journal } from './journal/types'
import type { ResolvedOptions } from './options'
import type { Swallowed } from './swallowed'
import { VERSION } from './version'

/** What operators see of a trail. */
export interface Operations {
  status(): Promise<TrailStatus>
  /** The status, of which the database's part is up to a second old: anybody may ask. */
  health(): Promise<TrailStatus>
  doctor(): Promise<readonly Check[]>
}

/** What operations stand on. */
export interface OperationsDeps {
  readonly journal: Pick<Journal, 'status'>
  readonly backend: Pick<Backend, 'status' | 'examine'>
  readonly swallowed: Swallowed
  readonly watched: WatchedLogger
  readonly metrics: Metrics | undefined
  readonly now: () => number
}

/** The database is asked once so often, however many strangers and scrapers ask us. */
const HEALTH_MAX_AGE_MS = 1_000

/** Wires status, metrics and doctor to a trail's parts. Nothing of this is on the way of a request. */
export function createOperations(config: ResolvedOptions, deps: OperationsDeps): Operations {
  const { journal, backend, swallowed, watched, metrics, now } = deps
  const status = createStatus({
    version: VERSION,
    journal: () => journal.status(),
    backend: () => backend.status(),
    swallowedErrors: () => swallowed.status().swallowedErrors,
    loggerFailures: () => watched.failures(),
    lastError: () => watched.lastError(),
    now,
  })
  const health = (): Promise<TrailStatus> => status(HEALTH_MAX_AGE_MS)
  metrics?.show(health)
  return {
    status: () => status(),
    health,
    doctor: () =>
      examineTrail({
        trustProxy: config.trustProxy,
        hasAuthorize: config.authorize !== undefined,
        journal: { ...config.journal, directory: journalDirectory(config) },
        examine: () => backend.examine(),
        status: () => status(),
        now,
      }),
  }
}

/** Where a trail's journal lies. */
export function journalDirectory({ journal, directory }: ResolvedOptions): string {
  return journal.directory ?? join(directory, 'journal')
}
