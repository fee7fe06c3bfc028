import { ActrailError } from '../errors'
import { sqlState } from './data-errors'

/** Turns what the first contact with the database threw into an error that says what to do. */
export function explainStart(error: unknown, where: string): unknown {
  if (error instanceof ActrailError) return error
  const cause = { cause: error }
  const message = describe(error)
  switch (sqlState(error)) {
    case '28P01':
    case '28000':
      return new ActrailError(
        'ERR_STORE_CREDENTIALS',
        `Postgres at ${where} refused the user or the password (${message}). Correct them in the option "database".`,
        cause,
      )
    case '3D000':
      return new ActrailError(
        'ERR_STORE_MISSING',
        `Postgres answers, but there is no database at ${where}. Create it, or correct the name in the option "database".`,
        cause,
      )
    case '42501':
      return new ActrailError(
        'ERR_STORE_RIGHTS',
        `The database user lacks a right (${message}). Let an owner run the migrations once, then give it its rights by the SQL of rolesSql().`,
        cause,
      )
    case undefined:
      if (!isNetwork(error)) return error
      return new ActrailError(
        'ERR_STORE_UNREACHABLE',
        `Postgres at ${where} cannot be reached (${message}). Check that it runs and that the option "database" names its host and port.`,
        cause,
      )
    default:
      return error
  }
}

// Node wraps the refusals of ::1 and 127.0.0.1 into an AggregateError without a message.
function describe(error: unknown): string {
  const { message, code } = Object(error) as { message?: string; code?: string }
  return message || code || String(error)
}

function isNetwork(error: unknown): boolean {
  const { message, code } = Object(error) as { message?: string; code?: string }
  return typeof code === 'string' || /timeout|terminated|closed/i.test(message ?? '')
}
