import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { REALISTIC, startPostgres } from '../test/db/server'
import { startChild } from '../test/rigs/runner/child'
import { type Findings, progress } from '../test/rigs/runner/command'
import { createRandom } from '../test/rigs/runner/random'
import { percentile, rounded } from '../test/rigs/runner/statistics'
import type { AppSettings, Recording } from '../test/rigs/stream/app'
import { type Follower, startFollower } from '../test/rigs/stream/follower'

/** Flags of the `live` benchmark. */
export interface LiveFlags {
  readonly rate: number
  readonly seconds: number
  readonly clients: number
  readonly seed: number
}

const BARS = { p50Ms: 200, p99Ms: 500 } as const
const WORKSPACE = 'live'
/** The first events pay for what is compiled and opened. */
const WARM_UP = 0.1

/** From `record()` in the application to a follower over HTTP, at a steady rate, on one machine and so by one clock. */
export async function run(flags: LiveFlags): Promise<Findings> {
  const directory = mkdtempSync(join(tmpdir(), 'actrail-live-'))
  const postgres = await startPostgres({ settings: REALISTIC })
  const settings: AppSettings = { database: postgres.url, directory, workspaces: [WORKSPACE] }
  const app = startChild({
    script: join(__dirname, '../test/rigs/stream/app.ts'),
    settings,
    nodeFlags: ['--expose-gc'],
  })
  const followers: Follower[] = []
  try {
    const port = (await app.ready) as number
    const random = createRandom(flags.seed)
    for (let n = 0; n < flags.clients; n++) {
      const manner = { port, workspace: WORKSPACE, stallMs: 0, cutAfter: 0, random: () => random.next() }
      followers.push(await startFollower(manner))
    }
    const each = flags.rate * flags.seconds
    progress(`live: ${each} events at ${flags.rate}/s to ${flags.clients} followers`)
    await app.ask('record', { each, perSecond: flags.rate } satisfies Recording)
    for (let left = 100; left > 0 && followers.some(({ had }) => had.length < each); left--) await wait(100)
    return figures(followers, each)
  } finally {
    for (const follower of followers) follower.stop()
    await app.kill('SIGKILL')
    await postgres.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

function figures(followers: readonly Follower[], each: number): Findings {
  const lates = followers.flatMap(({ had }) =>
    had.slice(Math.ceil(each * WARM_UP)).map(({ at, recordedAt }) => at - recordedAt),
  )
  const isWhole = followers.every(({ had }) => had.length === each)
  const p50Ms = rounded(percentile(lates, 50), 1)
  const p99Ms = rounded(percentile(lates, 99), 1)
  return {
    pass: isWhole && p50Ms <= BARS.p50Ms && p99Ms <= BARS.p99Ms,
    ...{ p50Ms, p99Ms },
    maxMs: rounded(Math.max(...lates), 1),
    ...{ isWhole, events: each, clients: followers.length },
  }
}
