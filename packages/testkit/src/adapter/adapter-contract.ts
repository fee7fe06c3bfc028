import type { AdapterHarness, ServedCaseApp } from './case-app'
import { caseAppOf, createOutcomeCases } from './outcome-cases'
import { type CaseReport, playCases } from './play'
import { routerCases } from './router-cases'

/** The four functions that the contract takes from the test runner: Jest's, Vitest's or those of `node:test`. */
export interface TestRunner {
  describe(name: string, fn: () => void): void
  it(name: string, fn: () => Promise<void> | void): void
  beforeAll(fn: () => Promise<void>, timeoutMs?: number): void
  afterAll(fn: () => Promise<void>, timeoutMs?: number): void
}

/** Plays of each outcome case in a test; the rig plays more. */
const TIMES = 3
const PATIENCE_MS = 120_000

/**
 * Declares the tests that every adapter passes: each way in which a request can go leaves exactly its events, and the
 * mounted router answers as it must.
 *
 * @param runner default: the globals of the test runner
 * @example
 * adapterContract({ name: 'express', serve: (app) => serveExpress(app, { database: url }) })
 */
export function adapterContract(harness: AdapterHarness, runner = globalThis as unknown as TestRunner): void {
  const { describe, it, beforeAll, afterAll } = runner
  describe(`the adapter for ${harness.name}`, () => {
    const cases = createOutcomeCases().filter(({ name }) => !harness.without?.includes(name))
    const reports = new Map<string, CaseReport>()
    let served: ServedCaseApp | undefined

    beforeAll(async () => {
      served = await harness.serve(caseAppOf(cases))
      for (const report of await playCases(served, cases, { times: TIMES, width: TIMES })) {
        reports.set(report.name, report)
      }
    }, PATIENCE_MS)
    afterAll(async () => served?.close(), PATIENCE_MS)

    describe('leaves exactly one event, with what happened, when the handler', () => {
      for (const { name, http2 } of cases) {
        it(name, () => {
          const report = reports.get(name)
          if (report === undefined && !http2) throw new Error('the case was not played')
          if (report !== undefined && report.mistakes.length > 0) throw new Error(report.mistakes.join('\n'))
        })
      }
    })

    describe('mounts the router, which', () => {
      for (const { name, check } of routerCases) {
        it(name, async () => {
          if (served === undefined) throw new Error('the application was not served')
          await check(served, caseAppOf([]).mountPath)
        })
      }
    })
  })
}
