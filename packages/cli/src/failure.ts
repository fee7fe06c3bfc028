import type { Ending } from './exit-code'

/**
 * How a command says that it cannot go on: one line of what happened and what to do, and how the process ends. The cause
 * is shown with `--verbose`.
 */
export class Failure extends Error {
  override readonly name = 'Failure'
  constructor(
    readonly ending: Exclude<Ending, 'ok'>,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options)
  }
}

/** A {@link Failure} for what was typed wrongly: exit code 2. */
export function usageFailure(message: string): Failure {
  return new Failure('usage', message)
}
