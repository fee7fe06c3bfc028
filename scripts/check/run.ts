import type { Check, CheckMode, Verdict } from './check'

/** A check with its verdict and how long it took, in milliseconds. */
export interface Judged {
  readonly check: Check
  readonly verdict: Verdict
  readonly tookMs: number
}

/** What {@link runChecks} needs beside the checks. `report` is called as each check ends. */
export interface RunOptions {
  readonly mode: CheckMode
  /** How many checks may run at once. */
  readonly workers: number
  /** Name of the check that builds the packages: those that need a build wait for it. */
  readonly builder: string
  report(judged: Judged): void
}

/**
 * Runs the checks, `workers` at a time, those that need no build first. A check that throws has failed with what it
 * threw. When the builder fails, checks that need a build fail too, without running: their answers would be about
 * yesterday's code.
 */
export async function runChecks(checks: readonly Check[], options: RunOptions): Promise<Judged[]> {
  const judged: Judged[] = []
  const settle = (one: Judged): Judged => {
    judged.push(one)
    options.report(one)
    return one
  }
  const builder = checks.find((check) => check.name === options.builder)
  const building = builder && timed(builder, options.mode).then(settle)
  const rest = checks.filter((check) => check !== builder)
  const queue = [...rest.filter((check) => !check.needsBuild), ...rest.filter((check) => check.needsBuild)]
  const work = async (): Promise<void> => {
    for (let check = queue.shift(); check !== undefined; check = queue.shift()) {
      const built = !check.needsBuild || building === undefined || passed(await building)
      settle(built ? await timed(check, options.mode) : notBuilt(check, options.builder))
    }
  }
  const lanes = Array.from({ length: options.workers - 1 }, work)
  // The builder takes the last lane until it is done.
  await building
  await Promise.all([...lanes, work()])
  return judged
}

/** True when the check found no problem. */
export function passed(judged: Judged): boolean {
  return judged.verdict.problems.length === 0
}

async function timed(check: Check, mode: CheckMode): Promise<Judged> {
  const startedAt = performance.now()
  const verdict = await check.run(mode).catch(thrown)
  return { check, verdict, tookMs: performance.now() - startedAt }
}

function thrown(error: unknown): Verdict {
  return { problems: [error instanceof Error ? (error.stack ?? error.message) : String(error)] }
}

function notBuilt(check: Check, builder: string): Judged {
  return { check, verdict: { problems: [`not run: \`${builder}\` failed, so there is nothing to look at`] }, tookMs: 0 }
}
