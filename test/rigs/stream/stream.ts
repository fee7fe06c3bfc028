import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startPostgres } from '../../db/server'
import { startChild } from '../runner/child'
import { type Findings, progress } from '../runner/command'
import { createRandom } from '../runner/random'
import { rounded } from '../runner/statistics'
import type { AppSettings, Recording } from './app'
import { type Follower, startFollower } from './follower'
import { faultsOf } from './oracle'

/** Flags of the `stream` rig. */
export interface StreamFlags {
  readonly clients: number
  readonly events: number
  readonly workspaces: number
  readonly rate: number
  readonly seed: number
}

const STALL_MS = 2_000
/** Every second follower is cut off after about so many events. */
const CUT_AFTER = 150
const PATIENCE_MS = 120_000
const MB = 2 ** 20

/**
 * Many followers of a few workspaces over HTTP, one in five of which stalls for seconds and half of which are cut off time
 * and again. Each must have had every event of its workspace once and in order.
 */
export async function run(flags: StreamFlags): Promise<Findings> {
  const directory = mkdtempSync(join(tmpdir(), 'actrail-stream-'))
  const postgres = await startPostgres()
  const workspaces = Array.from({ length: flags.workspaces }, (_, n) => `ws-${n}`)
  const settings: AppSettings = { database: postgres.url, directory, workspaces }
  const app = startChild({ script: join(__dirname, 'app.ts'), settings, nodeFlags: ['--expose-gc'] })
  const followers: Follower[] = []
  try {
    const port = (await app.ready) as number
    followers.push(...(await startFollowers(port, workspaces, flags)))
    progress(`stream: ${followers.length} followers of ${workspaces.length} workspaces`)
    const before = (await app.ask('memory')) as number
    const each = Math.ceil(flags.events / workspaces.length)
    await app.ask('record', { each, perSecond: flags.rate } satisfies Recording)
    await untilHad(followers, each)
    const after = (await app.ask('memory')) as number
    return findings(followers, each, { ...flags, grownMb: rounded((after - before) / MB, 1) })
  } finally {
    for (const follower of followers) follower.stop()
    await app.kill('SIGKILL')
    await postgres.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

async function startFollowers(port: number, workspaces: readonly string[], flags: StreamFlags): Promise<Follower[]> {
  const random = createRandom(flags.seed)
  const followers: Follower[] = []
  for (let n = 0; n < flags.clients; n++) {
    followers.push(
      await startFollower({
        port,
        workspace: workspaces[n % workspaces.length] as string,
        stallMs: n % 5 === 0 ? STALL_MS : 0,
        cutAfter: n % 2 === 0 ? CUT_AFTER : 0,
        random: () => random.next(),
      }),
    )
  }
  return followers
}

async function untilHad(followers: readonly Follower[], each: number): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  while (followers.some(({ had }) => had.length < each) && Date.now() < deadline) await wait(200)
}

function findings(
  followers: readonly Follower[],
  each: number,
  { clients, seed, grownMb }: StreamFlags & { readonly grownMb: number },
): Findings {
  const faults = followers.map(({ had }) =>
    faultsOf(
      had.map(({ action }) => Number(action.slice('event.'.length))),
      each,
    ),
  )
  const sum = (of: (one: (typeof faults)[number]) => number): number => faults.reduce((all, one) => all + of(one), 0)
  const missed = sum((one) => one.missed)
  const repeated = sum((one) => one.repeated)
  const disordered = sum((one) => one.disordered)
  const refused = followers.reduce((all, one) => all + one.refused, 0)
  return {
    pass: missed + repeated + disordered + refused === 0,
    ...{ missed, repeated, disordered, refused },
    deliveries: followers.reduce((all, { had }) => all + had.length, 0),
    connections: followers.reduce((all, one) => all + one.connections, 0),
    ...{ clients, events: each, grownMb, seed },
  }
}
