import { Failure } from './failure'

/** Why a command was told to end, as the reason of its signal: it ends with the exit code that shells expect of it. */
export function interruption(name: 'SIGINT' | 'SIGTERM'): Failure {
  return name === 'SIGINT' ? new Failure('interrupted', 'Interrupted.') : new Failure('terminated', 'Terminated.')
}

/** The reason when nobody reads the output any more, as in `actrail activity stream | head`: no failure. */
export const OUTPUT_CLOSED = new Error('The output was closed.')
