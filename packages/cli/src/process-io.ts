import type { Io } from './command'
import { interruption } from './interruption'

/** Used where the terminal does not say how wide it is. */
const USUAL_COLUMNS = 80

/**
 * The process as a command sees it. The first SIGINT or SIGTERM asks the command to end; a second one ends the process
 * at once.
 */
export function processIo(): Io {
  const ending = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => ending.abort(interruption(name)))
  const { stdin, stdout, stderr, env } = process
  return {
    ...{ stdin, stdout, stderr, env },
    cwd: process.cwd(),
    isTTY: stdout.isTTY === true,
    isErrorTTY: stderr.isTTY === true,
    columns: stdout.columns ?? stderr.columns ?? USUAL_COLUMNS,
    signal: ending.signal,
  }
}
