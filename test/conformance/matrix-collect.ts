import type { StoreTestRunner, TestRunner } from '@actrail/testkit'
import type { CaseResult } from './matrix'

interface Declared {
  readonly suite: string
  readonly name: string
  run(): Promise<void> | void
}

/** A test runner that remembers what a contract kit declares, to list it or to run it. */
export interface CollectingRunner extends TestRunner {
  it: StoreTestRunner['it'] & TestRunner['it']
  /** What was declared so far, in that order. */
  readonly declared: readonly Pick<Declared, 'suite' | 'name'>[]
  /** Runs everything once, in the order of declaration. Rejects when a `beforeAll` or an `afterAll` does. */
  run(): Promise<CaseResult[]>
}

/** A case is named by its innermost `describe`: the outer ones name the target. */
export function createCollectingRunner(): CollectingRunner {
  const suites: string[] = []
  const declared: Declared[] = []
  const before: (() => Promise<void>)[] = []
  const after: (() => Promise<void>)[] = []
  return {
    declared,
    describe(name, declare) {
      suites.push(name)
      declare()
      suites.pop()
    },
    it: (name: string, run: Declared['run']) => void declared.push({ suite: suites.at(-1) ?? '', name, run }),
    beforeAll: (run) => void before.push(run),
    afterAll: (run) => void after.push(run),
    async run() {
      for (const step of before) await step()
      const results: CaseResult[] = []
      for (const one of declared) results.push(await runOne(one))
      for (const step of after) await step()
      return results
    },
  }
}

async function runOne({ suite, name, run }: Declared): Promise<CaseResult> {
  try {
    await run()
    return { suite, name }
  } catch (error) {
    return { suite, name, mistake: error instanceof Error ? error.message : String(error) }
  }
}
