/**
 * SQLSTATE classes and codes that say nothing about the data: try again later. 42 is a right or a table that is missing,
 * 23505 a number taken by another sequencer, AC our own, raised when a statement names a shard that is no longer open.
 */
const CLASSES = new Set(['08', '40', '42', '53', '57', '58', 'AC'])
const CODES = new Set(['23505', '25006', '25P02', '55P03'])

/**
 * The SQLSTATE of an error that Postgres sent, also inside TypeORM's wrapper; undefined if Postgres did not answer.
 * Node's own codes look alike (`EPIPE`), but only Postgres gives a severity.
 */
export function sqlState(error: unknown): string | undefined {
  const { code, severity, driverError } = Object(error) as Record<string, unknown>
  if (typeof code === 'string' && typeof severity === 'string') return code
  return driverError === undefined || driverError === error ? undefined : sqlState(driverError)
}

/**
 * True when Postgres refused the data itself, so that sending the same again cannot help: every SQLSTATE except classes
 * 08, 40, 42, 53, 57 and 58, 23505 (unique), 25006 (read-only), 25P02 (failed transaction) and 55P03 (lock not
 * available). Errors without a SQLSTATE are connection errors: false.
 */
export function isDataError(error: unknown): boolean {
  const state = sqlState(error)
  return state !== undefined && !CLASSES.has(state.slice(0, 2)) && !CODES.has(state)
}

/** True when the connection that gave this error is of no further use. */
export function losesConnection(error: unknown): boolean {
  const state = sqlState(error)
  return state === undefined || state.startsWith('08') || state.startsWith('57P')
}
