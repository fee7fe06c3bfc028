import type { ManagerLike, Store } from '@actrail/core'

/** What a test may say when it opens a store. */
export interface OpenOptions {
  readonly shardEvents?: number
  readonly now?: () => number
}

/** A store under test, on a database of its own. */
export interface OpenedStore {
  readonly store: Store
  /** Runs `work` in a transaction of a TypeORM data source of the host, on the same database. */
  transaction(work: (manager: ManagerLike) => Promise<void>): Promise<void>
  /** Opens the store once more, as after a restart of the process. The first one is stopped by then. */
  reopen(options?: OpenOptions): Promise<Store>
  /** Closes and removes everything. */
  close(): Promise<void>
}

/** How to open the store that is tested. */
export interface StoreHarness {
  readonly name: string
  /** A store on a new, empty database. */
  open(options?: OpenOptions): Promise<OpenedStore>
}

/** One behaviour of a store. */
export interface StoreCase {
  /** Reads on from "the store". */
  readonly name: string
  readonly options?: OpenOptions
  /** Throws what is wrong. Gets a store on an empty database. */
  check(opened: OpenedStore, harness: StoreHarness): Promise<void>
}
