import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CONSUMERS } from '../../packed/consumers'
import { packPackages } from '../../packed/tarballs'
import { type Findings, progress } from '../runner/command'
import { type ConsumerResult, tryConsumer } from './try-consumer'

/** Flags of the `packed` rig. */
export interface PackedFlags {
  /** Folders of consumers, with commas; all of them when empty. */
  readonly only: string
}

/** Installs the packed tarballs into fresh folders, as `npm install` does it, and runs what their users would run. */
export async function run({ only }: PackedFlags): Promise<Findings> {
  const folders = only.split(',').filter((name) => name !== '')
  const unknown = folders.filter((name) => !CONSUMERS.some(({ folder }) => folder === name))
  if (unknown.length > 0) throw new Error(`No consumer is called ${unknown.join(', ')}`)
  const chosen = CONSUMERS.filter(({ folder }) => only === '' || folders.includes(folder))
  const folder = mkdtempSync(join(tmpdir(), 'actrail-packed-'))
  try {
    const tarballs = await packPackages(join(folder, 'tarballs'))
    const results: ConsumerResult[] = []
    for (const consumer of chosen) {
      const fresh = join(folder, consumer.folder)
      for (const result of await tryConsumer(consumer, tarballs, fresh)) {
        progress(`${result.consumer}, ${result.name}: ${result.failure ?? 'works'} (${result.seconds} s)`)
        results.push(result)
      }
      rmSync(fresh, { recursive: true, force: true })
    }
    const failed = results.filter(({ failure }) => failure !== undefined)
    return { pass: failed.length === 0, consumers: chosen.length, runs: results.length, failed: failed.length, results }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
