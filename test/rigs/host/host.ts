import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { type PostgresServer, startPostgres } from '../../db/server'
import { type Child, startChild } from '../runner/child'
import { type Findings, progress } from '../runner/command'
import type { AppSettings, Compared } from './app'
import { FAULTS } from './faults'
import type { Difference } from './identical'
import { type Asked, mistakesIn, QUESTIONS } from './oracle'

/** Flags of the `host` rig. */
export interface HostFlags {
  readonly framework: string
  /** Times that every kind of request is asked under each fault. */
  readonly times: number
  readonly handlers: number
  /** Part of the names of the faults to play; all when empty. */
  readonly only: string
  readonly seed: number
}

const HANGS_MS = 30_000
/** Rejections and errors that come late: reconnections, time-outs, the journal's next tick. */
const LATE_MS = 1_500

/**
 * Makes every dependency of the middleware misbehave, one application each, and looks at what its clients get; then
 * compares the bytes of generated handlers with the middleware and without it.
 */
export async function run(flags: HostFlags): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), 'actrail-host-'))
  const postgres = await startPostgres()
  const place = { folder, postgres }
  try {
    const faults = FAULTS.filter((name) => name.includes(flags.only))
    const wrong: Record<string, readonly string[]> = {}
    for (const [number, fault] of faults.entries()) {
      const mistakes = await playFault({ fault, number }, flags, place)
      if (mistakes.length > 0) wrong[fault] = [...new Set(mistakes)].slice(0, 5)
      progress(`${number + 1} of ${faults.length} faults: ${fault}`)
    }
    const differences = flags.handlers > 0 ? await playHandlers(flags, place) : []
    return findings(flags, { faults: faults.length, wrong, differences })
  } finally {
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Place {
  readonly folder: string
  readonly postgres: PostgresServer
}

interface Found {
  readonly faults: number
  readonly wrong: Readonly<Record<string, readonly string[]>>
  readonly differences: readonly Difference[]
}

function findings({ framework, times, handlers }: HostFlags, { faults, wrong, differences }: Found): Findings {
  const [first] = differences
  return {
    pass: Object.keys(wrong).length === 0 && differences.length === 0,
    framework,
    faults,
    requests: faults * times * QUESTIONS.length,
    faultsThatReachTheHost: Object.keys(wrong).length,
    handlers,
    differentResponses: differences.length,
    ...(Object.keys(wrong).length > 0 && { wrong }),
    ...(first !== undefined && {
      example: { ...first, bare: first.bare.slice(0, 400), audited: first.audited.slice(0, 400) },
    }),
  }
}

function start(flags: HostFlags, { folder, postgres }: Place, fault: string): Child {
  const directory = mkdtempSync(join(folder, 'app-'))
  const settings: AppSettings = { framework: flags.framework, fault, database: postgres.url, directory }
  return startChild({ script: join(__dirname, 'app.ts'), settings })
}

async function playHandlers(flags: HostFlags, place: Place): Promise<readonly Difference[]> {
  const app = start(flags, place, 'none')
  try {
    await app.ready
    const asked: Compared = { handlers: flags.handlers, seed: flags.seed }
    return (await app.ask('compare', asked)) as Difference[]
  } finally {
    await app.kill('SIGKILL')
  }
}

async function playFault(
  { fault }: { fault: string; number: number },
  flags: HostFlags,
  place: Place,
): Promise<string[]> {
  const app = start(flags, place, fault)
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  const killing = fault === 'database kills every connection' ? killConnections(place.postgres.url) : undefined
  try {
    const port = (await app.ready) as number
    await askAll(port, agent, 1)
    await app.ask('break')
    const asked = await askAll(port, agent, flags.times)
    await new Promise((resolve) => setTimeout(resolve, LATE_MS))
    return mistakesIn(fault, asked, (await app.ask('escaped')) as string[])
  } catch (error) {
    return [`the application is gone: ${String(error)}`]
  } finally {
    clearInterval(killing)
    agent.destroy()
    await app.kill('SIGKILL')
  }
}

function killConnections(url: string): NodeJS.Timeout {
  return setInterval(() => {
    const client = new Client({ connectionString: url })
    client.on('error', () => undefined)
    void client
      .connect()
      .then(() => client.query('select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()'))
      .catch(() => undefined)
      .finally(() => void client.end().catch(() => undefined))
  }, 100)
}

function askAll(port: number, agent: Agent, times: number): Promise<Asked[]> {
  const all = Array.from({ length: times }, () => QUESTIONS).flat()
  return Promise.all(all.map(async (question) => ({ question, status: await ask(port, agent, question) })))
}

/** The status; 0 when there was no answer. */
function ask(port: number, agent: Agent, { method, path }: Asked['question']): Promise<number> {
  return new Promise((resolve) => {
    const outgoing = request({ host: '127.0.0.1', port, agent, method, path }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0))
    })
    outgoing.setTimeout(HANGS_MS, () => outgoing.destroy())
    outgoing.once('error', () => resolve(0)).end()
  })
}
