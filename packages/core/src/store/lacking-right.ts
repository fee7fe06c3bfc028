import { ActrailError } from '../errors'
import { sqlState } from './data-errors'

const INSUFFICIENT_PRIVILEGE = '42501'

/**
 * Runs `work`; where Postgres refuses it for want of a right, rejects with `ERR_STORE_RIGHTS`, which says what may not be
 * done and what to do about it. Other errors pass as they are.
 */
export async function withRight<T>(
  { mayNot, remedy }: { mayNot: string; remedy: string },
  work: Promise<T>,
): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (sqlState(error) !== INSUFFICIENT_PRIVILEGE) throw error
    const { message } = error as Error
    throw new ActrailError('ERR_STORE_RIGHTS', `${mayNot} (${message}). ${remedy}`, { cause: error })
  }
}
