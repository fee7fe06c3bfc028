import { inboxCases } from './inbox-cases'
import { sequenceCases } from './sequence-cases'
import { shardCases } from './shard-cases'
import type { StoreCase } from './store-case'

/** All behaviours of a store. */
export const storeCases: readonly StoreCase[] = [...inboxCases, ...sequenceCases, ...shardCases]
