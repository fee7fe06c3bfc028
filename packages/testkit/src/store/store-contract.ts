import type { ManagerLike, Store } from '@actrail/core'
import type { TestRunner } from '../adapter/adapter-contract'
import { storeCases } from './store-cases'

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

const PATIENCE_MS = 60_000

/**
 * Declares the tests that every store passes: what is appended is in the log exactly once, in order and without a gap,
 * whatever else happens.
 *
 * @param runner default: the globals of the test runner
 * @example
 * storeContract({ name: 'Postgres 18', open: () => openOnPostgres(18) })
 */
export function storeContract(harness: StoreHarness, runner = globalThis as unknown as StoreTestRunner): void {
  const { describe, it } = runner
  describe(`the store on ${harness.name}`, () => {
    for (const { name, options, check } of storeCases) {
      it(
        name,
        async () => {
          const opened = await harness.open(options)
          try {
            await check(opened, harness)
          } finally {
            await opened.close()
          }
        },
        PATIENCE_MS,
      )
    }
  })
}

/** The two functions that the contract takes from the test runner. */
export interface StoreTestRunner extends Pick<TestRunner, 'describe'> {
  it(name: string, fn: () => Promise<void>, timeoutMs?: number): void
}
