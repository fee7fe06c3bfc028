import type { WireError } from './frames'

/** For a statement that was cancelled before its turn came. */
export const CANCELLED: WireError = {
  severity: 'ERROR',
  code: '57014',
  message: 'canceling statement due to user request',
  hint: 'The statement was still waiting for its turn in the embedded store.',
}

/** For a statement that waited `ms` for a transaction that did nothing. */
export const waitedTooLong = (ms: number): WireError => ({
  severity: 'ERROR',
  code: '55P03',
  message: `the embedded store runs one transaction at a time, and another connection's did nothing for ${ms} ms`,
  hint: 'Run this statement on the connection that holds the transaction, or end the transaction first; or use the option "database" with a PostgreSQL server.',
})

/** For a transaction that did nothing for `ms` while others waited. */
export const idleTooLong = (ms: number): WireError => ({
  severity: 'FATAL',
  code: '25P03',
  message: `terminating connection: its transaction did nothing for ${ms} ms while others waited for the embedded store`,
  hint: 'Commit or roll back every transaction, also when its work fails.',
})
