import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../../db/server'
import { type Child, startChild } from '../runner/child'
import { type Findings, progress } from '../runner/command'
import { createRandom, type Random } from '../runner/random'
import { rounded } from '../runner/statistics'
import type { AppSettings } from './app'
import { type Endpoint, fetchEndpoints } from './endpoints'
import { type Answer, mistakeIn, mistakeInBytes, SLOW_MS } from './oracle'
import { sendGarbage } from './raw'
import { type BadRequest, badRequest } from './requests'

/** Flags of the `badinput` rig. */
export interface BadInputFlags {
  readonly requests: number
  readonly connections: number
  /** What the heap may have grown by in the end, in MB. */
  readonly heap: number
  readonly seed: number
}

const BASE = '/api/v1'
const RAW_ONE_IN = 10
const WARM_UP = 0.1

/** What goes on, and what was found. */
interface Run {
  readonly port: number
  readonly endpoints: readonly Endpoint[]
  readonly agent: Agent
  readonly random: Random
  readonly mistakes: Map<string, number>
  readonly statuses: Record<string, number>
  slowest: number
}

/**
 * Sends generated requests to every endpoint that the mounted API describes, and raw bytes to its socket, and looks at
 * each answer: none fails, none is slow, each refusal names the parameter; in the end the heap is what it was.
 */
export async function run(flags: BadInputFlags): Promise<Findings> {
  const folder = mkdtempSync(join(tmpdir(), 'actrail-badinput-'))
  const postgres = await startPostgres()
  const settings: AppSettings = { database: postgres.url, directory: folder }
  const app = startChild({ script: join(__dirname, 'app.ts'), settings, nodeFlags: ['--expose-gc'] })
  const agent = new Agent({ keepAlive: true, maxSockets: flags.connections })
  try {
    const port = (await app.ready) as number
    const endpoints = await fetchEndpoints(`http://127.0.0.1:${port}${BASE}`)
    const state: Run = { port, endpoints, agent, random: createRandom(flags.seed), mistakes: new Map(), statuses: {}, slowest: 0 } // prettier-ignore
    const warm = Math.round(flags.requests * WARM_UP)
    await play(state, warm, flags.connections)
    const before = (await app.ask('heap')) as number
    await play(state, flags.requests - warm, flags.connections)
    return findings(flags, state, await grown(app, before))
  } finally {
    agent.destroy()
    await app.kill('SIGKILL')
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

const grown = async (app: Child, before: number): Promise<number> => ((await app.ask('heap')) as number) - before

function findings(flags: BadInputFlags, { endpoints, mistakes, statuses, slowest }: Run, grownBytes: number): Findings {
  const heapMb = grownBytes / 2 ** 20
  const total = [...mistakes.values()].reduce((sum, count) => sum + count, 0)
  return {
    pass: total === 0 && heapMb <= flags.heap,
    requests: flags.requests,
    endpoints: endpoints.length,
    mistakes: total,
    heapGrowthMb: rounded(heapMb, 1),
    slowestMs: Math.round(slowest),
    statuses,
    ...(total > 0 && { examples: Object.fromEntries([...mistakes].slice(0, 10)) }),
  }
}

async function play(state: Run, requests: number, connections: number): Promise<void> {
  let sent = 0
  const client = async (): Promise<void> => {
    while (sent < requests) {
      if (++sent % 10_000 === 0) progress(`${sent} of ${requests} requests`)
      if (sent % RAW_ONE_IN === 0) await playRaw(state)
      else await playRequest(state, badRequest(state.endpoints, state.random))
    }
  }
  await Promise.all(Array.from({ length: connections }, client))
}

async function playRequest(state: Run, bad: BadRequest): Promise<void> {
  let answer = await ask(state, bad)
  // A machine that stops for a second is not the application's fault: what is slow is slow again.
  if (answer.ms > SLOW_MS) answer = await ask(state, bad)
  state.slowest = Math.max(state.slowest, answer.ms)
  state.statuses[answer.status] = (state.statuses[answer.status] ?? 0) + 1
  const mistake = mistakeIn(bad, answer)
  if (mistake !== undefined) note(state, `${mistake}: ${bad.method} ${bad.target.slice(0, 60)} (${bad.name})`)
}

async function playRaw(state: Run): Promise<void> {
  const { sent, bytes } = await sendGarbage(state.port, BASE, state.random)
  state.statuses['raw'] = (state.statuses['raw'] ?? 0) + 1
  const mistake = mistakeInBytes(bytes)
  if (mistake !== undefined) note(state, `${mistake}: ${JSON.stringify(sent)}`)
}

function note({ mistakes }: Run, text: string): void {
  mistakes.set(text, (mistakes.get(text) ?? 0) + 1)
}

function ask({ port, agent }: Run, { method, target, headers, body = '' }: BadRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const began = performance.now()
    const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const path = `${BASE}${target}`
    const outgoing = request({ host: '127.0.0.1', port, agent, method, path, headers: { ...length, ...headers } })
    outgoing.once('response', (response) => {
      const chunks: Buffer[] = []
      const done = (): void => {
        const contentType = response.headers['content-type'] ?? ''
        const ms = performance.now() - began
        resolve({ status: response.statusCode ?? 0, contentType, body: Buffer.concat(chunks).toString(), ms })
        // Streams of events do not end by themselves; a body that is refused early leaves the connection half read.
        if (!response.complete) outgoing.destroy()
      }
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        if (response.headers['content-type']?.startsWith('text/event-stream') === true) done()
      })
      response.once('end', done).once('error', done)
    })
    outgoing.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE')
        resolve({ status: 0, contentType: '', body: '', ms: 0 })
      else reject(error)
    })
    outgoing.end(body)
  })
}
