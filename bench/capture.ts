import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { type PostgresServer, REALISTIC, startPostgres } from '../test/db/server'
import { type Child, startChild } from '../test/rigs/runner/child'
import { type Findings, progress } from '../test/rigs/runner/command'
import { createRandom } from '../test/rigs/runner/random'
import { captureFigures, type Measured } from './capture/figures'
import type { LoadRequest, LoadResult } from './capture/load'
import { type Mode, MODES, type ServerSettings } from './capture/modes'
import type { Sample } from './capture/server'

/** Flags of the `capture` benchmark. */
export interface CaptureFlags {
  readonly framework: string
  readonly rounds: number
  readonly requests: number
  readonly warmup: number
  readonly connections: number
  /** Offered in the paced stretch, as a share of what the bare application serves when saturated, in percent. */
  readonly paced: number
  /** Only these modes, by comma; empty for all. */
  readonly modes: string
  readonly profile: boolean
  readonly seed: number
}

interface Running {
  readonly mode: Mode
  readonly children: readonly Child[]
  readonly child: Child
  readonly port: number
  readonly measured: Measured[]
}

interface Bench {
  readonly flags: CaptureFlags
  readonly folder: string
  readonly postgres: PostgresServer
  readonly load: Child
  readonly servers: Running[]
}

const PROFILED: Mode = 'actrail'

/**
 * Process CPU that each way of tracking requests adds to an application, in interleaved rounds over the same
 * keep-alive load. See `bench/README.md`.
 */
export async function run(flags: CaptureFlags): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), 'actrail-capture-'))
  const postgres = await startPostgres({ settings: REALISTIC })
  const load = startChild({ script: join(__dirname, 'capture/load.ts'), settings: {} })
  const bench: Bench = { flags, folder, postgres, load, servers: [] }
  try {
    await load.ready
    const wanted = flags.modes === '' ? MODES : MODES.filter((mode) => flags.modes.split(',').includes(mode))
    for (const mode of wanted) bench.servers.push(await startServer(bench, mode))
    await measureRounds(bench)
    if (flags.profile) await printProfile(bench)
    for (const { child } of bench.servers) await child.ask('stop')
    const figures = captureFigures(Object.fromEntries(bench.servers.map(({ mode, measured }) => [mode, measured])))
    return { ...figures, framework: flags.framework }
  } finally {
    const children = [load, ...bench.servers.flatMap((server) => server.children)]
    await Promise.all(children.map((child) => child.kill('SIGKILL')))
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function startServer({ flags, folder, postgres }: Bench, mode: Mode): Promise<Running> {
  const database = await createDatabase(postgres, mode.replace('-', '_'))
  const settings: ServerSettings = {
    framework: flags.framework,
    mode,
    folder: mkdtempSync(join(folder, `${mode}-`)),
    database,
  }
  const child = startChild({ script: join(__dirname, 'capture/server.ts'), settings, nodeFlags: ['--expose-gc'] })
  const children = [child]
  const port = (await child.ready) as number
  if (mode === 'actrail-split') {
    const sequencer = startChild({ script: join(__dirname, 'capture/sequencer.ts'), settings })
    children.push(sequencer)
    await sequencer.ready
  }
  return { mode, child, children, port, measured: [] }
}

async function createDatabase(postgres: PostgresServer, name: string): Promise<string> {
  const client = new Client({ connectionString: postgres.url })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  const url = new URL(postgres.url)
  url.pathname = `/${name}`
  return url.href
}

async function measureRounds({ flags, load, servers }: Bench): Promise<void> {
  const random = createRandom(flags.seed)
  for (const server of servers) await closedLoop(server, load, { ...flags, requests: flags.warmup })
  const bare = servers.find(({ mode }) => mode === 'bare')
  if (!bare) throw new Error('every mode is compared with "bare": name it in --modes')
  const capacity = await closedLoop(bare, load, { ...flags, requests: flags.warmup })
  // By its CPU, not by what it served: other processes of a busy machine must not make the offer easy.
  const offered = (flags.paced / 100) * (1e6 / capacity.cpuUs)
  progress(`paced at ${Math.round(offered)} requests/s`)
  for (let round = 1; round <= flags.rounds; round++) {
    for (const server of random.shuffle(servers)) {
      const closed = await closedLoop(server, load, flags)
      server.measured.push({ ...closed, pacedPerSecond: await paced(server, load, flags, offered) })
    }
    const line = servers.map(({ mode, measured }) => describe(mode, measured.at(-1)))
    progress(`round ${round}: ${line.join(', ')}`)
  }
}

function describe(mode: Mode, last: Measured | undefined): string {
  return `${mode} ${Math.round(last?.cpuUs ?? 0)} µs ${Math.round(last?.saturatedPerSecond ?? 0)}/s ${Math.round(last?.pacedPerSecond ?? 0)}/s`
}

async function closedLoop(
  { child, port }: Running,
  load: Child,
  { requests, connections }: Pick<CaptureFlags, 'requests' | 'connections'>,
): Promise<Omit<Measured, 'pacedPerSecond'>> {
  const before = (await child.ask('sample')) as Sample
  const elapsedMs = await play(load, { port, requests, connections })
  await child.ask('settle') // what was put off during the requests is theirs as well
  const after = (await child.ask('sample')) as Sample
  return {
    cpuUs: (after.cpuUs - before.cpuUs) / requests,
    saturatedPerSecond: (requests / elapsedMs) * 1_000,
    rssBytes: after.rssBytes,
  }
}

async function paced({ child, port }: Running, load: Child, flags: CaptureFlags, perSecond: number): Promise<number> {
  const requests = Math.ceil(flags.requests / 2)
  const elapsedMs = await play(load, { port, requests, connections: flags.connections, perSecond })
  await child.ask('settle')
  return (requests / elapsedMs) * 1_000
}

async function play(load: Child, request: LoadRequest): Promise<number> {
  const { failed, elapsedMs } = (await load.ask('run', request)) as LoadResult
  if (failed > 0) throw new Error(`${failed} of ${request.requests} requests were not answered by 200`)
  return elapsedMs
}

/** One more stretch, profiled: a profiler costs too much to run while something is measured. */
async function printProfile({ servers, load, flags }: Bench): Promise<void> {
  const server = servers.find(({ mode }) => mode === PROFILED)
  if (!server) throw new Error(`--profile is about the mode "${PROFILED}": name it in --modes`)
  await server.child.ask('startProfile')
  await closedLoop(server, load, flags)
  for (const line of (await server.child.ask('stopProfile')) as string[]) progress(line)
}
