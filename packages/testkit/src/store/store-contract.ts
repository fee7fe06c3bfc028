import type { TestRunner } from '../adapter/adapter-contract'
import type { StoreHarness } from './store-case'
import { storeCases } from './store-cases'

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
