import { mkdtempSync, rmSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { Client } from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { REALISTIC, startPostgres } from '../test/db/server'
import { type Child, startChild } from '../test/rigs/runner/child'
import { type Findings, progress } from '../test/rigs/runner/command'
import { median, rounded } from '../test/rigs/runner/statistics'
import { type ServerSettings, TOKEN } from './export/server'
import { createFilledDatabase, WORKSPACE } from './page/fixture'

/** Flags of the `export` benchmark. */
export interface ExportFlags {
  readonly events: number
  readonly rounds: number
}

interface Round {
  readonly exportMs: number
  readonly copyMs: number
  readonly grownBytes: number
}

const BARS = { ratio: 0.5, grownMb: 64 } as const
const MB = 2 ** 20

/** All events of a workspace as CSV over HTTP, against `COPY … TO STDOUT CSV` of the same rows, in interleaved rounds. */
export async function run(flags: ExportFlags): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), 'actrail-export-'))
  const postgres = await startPostgres({ settings: REALISTIC })
  let child: Child | undefined
  try {
    progress(`export: filling a database with ${flags.events} events`)
    const database = await createFilledDatabase(postgres.url, { events: flags.events, shards: 4 })
    const settings: ServerSettings = { database, directory: folder, workspace: WORKSPACE }
    child = startChild({ script: join(__dirname, 'export/server.ts'), settings, nodeFlags: ['--expose-gc'] })
    const port = (await child.ready) as number
    const rounds: Round[] = []
    for (let n = 0; n <= flags.rounds; n++) {
      const round = await playRound({ child, port, database, events: flags.events })
      progress(`${n === 0 ? 'warm-up' : `round ${n}`}: ${JSON.stringify(round)}`)
      if (n > 0) rounds.push(round)
    }
    await child.ask('stop')
    return figures(rounds, flags.events)
  } finally {
    await child?.kill('SIGKILL')
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Stand {
  readonly child: Child
  readonly port: number
  readonly database: string
  readonly events: number
}

async function playRound({ child, port, database, events }: Stand): Promise<Round> {
  const copyMs = await timed(() => copy(database, events))
  const before = (await child.ask('restart')) as number
  const exportMs = await timed(() => download(port, events))
  const peak = (await child.ask('peak')) as number
  return { copyMs, exportMs, grownBytes: peak - before }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await work()
  return Math.round(performance.now() - began)
}

async function copy(database: string, events: number): Promise<void> {
  const client = new Client({ connectionString: database })
  await client.connect()
  const lines = await linesOf(
    client.query(copyTo(`copy (select * from actrail.event where workspace_id = '${WORKSPACE}') to stdout csv`)),
  )
  await client.end()
  if (!isWhole(lines, events)) throw new Error(`COPY gave ${lines} lines for ${events} events`)
}

async function download(port: number, events: number): Promise<void> {
  const answer = await new Promise<Readable>((resolve, reject) => {
    const headers = { authorization: `Bearer ${TOKEN}` }
    get({ port, host: '127.0.0.1', path: '/activity/export?format=csv', headers }, resolve).on('error', reject)
  })
  const lines = await linesOf(answer)
  if (!isWhole(lines, events)) throw new Error(`the export has ${lines} lines for ${events} events and a header`)
}

/** A header, and the events of the exports before this one, come on top. */
const isWhole = (lines: number, events: number): boolean => lines >= events && lines < events + 100

/** Counts line ends: no event of the fixture has one in its cells. */
async function linesOf(stream: Readable): Promise<number> {
  let lines = 0
  for await (const chunk of stream) {
    const bytes = chunk as Buffer
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines++
  }
  return lines
}

function figures(rounds: readonly Round[], events: number): Findings {
  const exportMs = median(rounds.map((round) => round.exportMs))
  const copyMs = median(rounds.map((round) => round.copyMs))
  const grownMb = Math.max(...rounds.map(({ grownBytes }) => grownBytes)) / MB
  const ofCopy = copyMs / exportMs
  return {
    pass: ofCopy >= BARS.ratio && grownMb <= BARS.grownMb,
    ofCopy: rounded(ofCopy),
    grownMb: rounded(grownMb, 1),
    exportMs,
    copyMs,
    eventsPerSecond: Math.round((events / exportMs) * 1_000),
    events,
    rounds: rounds.length,
  }
}
