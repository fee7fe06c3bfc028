import { errorCode } from '../error-code'
import type { Ending } from '../exit-code'
import { Failure } from '../failure'

/** How a command ends that a log refused, by the code of the error; all others end as `failed`. */
const ENDINGS: Readonly<Record<string, Exclude<Ending, 'ok'>>> = {
  ERR_IMPORT_MAPPING: 'usage',
  ERR_OPTION_INVALID: 'usage',
  ERR_STORE_CREDENTIALS: 'notAuthorised',
  ERR_STORE_LOCKED: 'unreachable',
  ERR_STORE_RIGHTS: 'notAuthorised',
  ERR_STORE_UNREACHABLE: 'unreachable',
}

/** Runs work on a log; what that throws becomes a {@link Failure} in words of the command line. */
export async function onLog<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const code = errorCode(error)
    if (error instanceof Failure || code?.startsWith('ERR_') !== true) throw error
    const message = (error as Error).message
      .replaceAll('the option "database"', '--database')
      .replace(/^database: /, '--database: ')
    throw new Failure(ENDINGS[code] ?? 'failed', message, { cause: error })
  }
}
