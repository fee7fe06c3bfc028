import type { Attempt } from './attempt'
import { PEEKING } from './peeking'
import { TAMPERING } from './tampering'

/** Every attempt. */
export const ATTEMPTS: readonly Attempt[] = [...TAMPERING, ...PEEKING]
