import { caseAppOf, createOutcomeCases, playCases } from '@actrail/testkit'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serveIn } from '../../conformance/frameworks'
import { startPostgres } from '../../db/server'
import { type Findings, progress } from '../runner/command'

/** Flags of the `outcomes` rig. */
export interface OutcomesFlags {
  readonly framework: string
  readonly times: number
  readonly width: number
}

/**
 * Plays every case of the adapter contract many times over, on a real trail, and counts the requests that did not leave
 * exactly their events. The same table runs a few times in each adapter's test.
 */
export async function run(flags: OutcomesFlags): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), 'actrail-outcomes-'))
  const postgres = await startPostgres()
  const cases = createOutcomeCases()
  const served = await serveIn(flags.framework, caseAppOf(cases), { database: postgres.url, directory: folder })
  try {
    const { times, width } = flags
    const reports = await playCases(served, cases, { times, width, onCase: (name) => progress(`the handler ${name}`) })
    const wrong = reports.filter(({ mistakes }) => mistakes.length > 0)
    const sum = (of: (report: (typeof reports)[number]) => number): number =>
      reports.reduce((all, one) => all + of(one), 0)
    return {
      pass: wrong.length === 0 && reports.length >= 20,
      framework: flags.framework,
      classes: reports.length,
      plays: sum(({ plays }) => plays),
      events: sum(({ expected }) => expected),
      mistakes: sum(({ mistakes }) => mistakes.length),
      ...(wrong.length > 0 && {
        wrong: Object.fromEntries(wrong.map(({ name, mistakes }) => [name, `${mistakes.length}: ${mistakes[0]}`])),
      }),
    }
  } finally {
    await served.close()
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
