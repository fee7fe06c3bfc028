import type { CommandDefinition } from '../command'

/** Commands that work on a database rather than on a server. */
export const operations: readonly CommandDefinition[] = []
