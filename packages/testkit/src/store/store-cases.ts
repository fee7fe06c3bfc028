import { inboxCases } from './inbox-cases'
import { sequenceCases } from './sequence-cases'
import { shardCases } from './shard-cases'
import type { OpenedStore, OpenOptions, StoreHarness } from './store-contract'

/** One behaviour of a store. */
export interface StoreCase {
  /** Reads on from "the store". */
  readonly name: string
  readonly options?: OpenOptions
  /** Throws what is wrong. Gets a store on an empty database. */
  check(opened: OpenedStore, harness: StoreHarness): Promise<void>
}

/** All behaviours of a store. */
export const storeCases: readonly StoreCase[] = [...inboxCases, ...sequenceCases, ...shardCases]
