import { inspect } from 'node:util'

import type { Ending } from './exit-code'
import { Failure } from './failure'
import { visible } from './terminal/visible'

/** How a command ended that did not end well, and the line that says so. */
export interface Explained {
  readonly ending: Exclude<Ending, 'ok'>
  readonly text: string
}

/** One line of what happened and what to do; with `isVerbose` the cause below it. */
export function explain(error: unknown, { isVerbose }: { readonly isVerbose: boolean }): Explained {
  const failure = asFailure(error)
  const lines = [`actrail: ${visible(failure.message)}`]
  if (isVerbose && failure.cause !== undefined) {
    lines.push(...inspect(failure.cause).split('\n').map(visible))
  }
  return { ending: failure.ending, text: lines.join('\n') }
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error
  const message = error instanceof Error ? error.message : String(error)
  return new Failure('failed', `${message} (--verbose shows more.)`, { cause: error })
}
